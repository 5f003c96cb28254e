"""The 516 national dosage proposals, beside what Trifork's own tools answered for each."""

import json
import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dispenser.core.daily import daily_dose, dosage_type
from dispenser.core.dosage import StructuredDosage
from dispenser.core.expansion import ordered_intakes
from dispenser.core.reasons import why_parked, why_refused
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from safety.verifier import expected_doses
from tests.support.dosages import dosage_of
from tests.support.medicine import MORNING, ordination

Proposals = list[dict[str, Any]]
FILE = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "national_516.json"
TOLERANCE = Decimal("2e-9")
EVERY_COUNT = SlotTable(plain={count: (MORNING,) * count for count in range(1, 30)})

pytestmark = pytest.mark.skipif(
    not FILE.exists() and os.environ.get("CI") != "true",
    reason="national dosage proposals (../shared/data/national_516.json) are not beside the project",
)


@pytest.fixture(scope="module")
def proposals() -> Proposals:
    return json.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)


def test_all_are_there(proposals: Proposals) -> None:
    assert len(proposals) == 516
    assert sum("value" in one["oracle"]["daily"] for one in proposals) == 467


def test_daily_dose_equals_the_peers(proposals: Proposals) -> None:
    wrong = []
    for one in proposals:
        theirs = one["oracle"]["daily"].get("value")
        ours = daily_dose(dosage_of(one["dosage"]))
        if theirs is None:
            agree = ours is None
        else:
            agree = isinstance(ours, Decimal) and abs(ours - Decimal(theirs)) <= TOLERANCE
        if not agree:
            wrong.append((one["code"], theirs, ours))
    assert not wrong


def test_type_equals_the_peers(proposals: Proposals) -> None:
    wrong = [one["code"] for one in proposals if dosage_type(dosage_of(one["dosage"])) != one["oracle"]["type144"]]
    assert not wrong


def test_expansion_of_one_cycle_conserves_the_average(proposals: Proposals) -> None:
    compared = 0
    for one in proposals:
        how = dosage_of(one["dosage"])
        if not isinstance(how, StructuredDosage) or why_refused(how) or why_parked(how):
            continue
        (only,) = how.structures
        if not only.interval:
            continue
        window = Period(only.start, only.start + timedelta(days=only.interval - 1))
        total = sum(intake.amount for intake in ordered_intakes(how, window))
        average = Decimal(one["oracle"]["daily"]["value"])
        assert abs(total - average * only.interval) <= TOLERANCE * only.interval, one["code"]
        line = ordination(how, first=only.start)
        assert sum(expected_doses(line, window, EVERY_COUNT).values()) == total, one["code"]
        compared += 1
    assert compared == 410


def test_only_as_needed_and_words_are_left_to_a_human(proposals: Proposals) -> None:
    dosages = [dosage_of(one["dosage"]) for one in proposals]
    assert not any(why_refused(how) for how in dosages)
    assert {why_parked(how) for how in dosages if why_parked(how)} <= {
        ("as-needed",),
        ("as-needed", "day-not-fixed"),
        ("free-text",),
    }
