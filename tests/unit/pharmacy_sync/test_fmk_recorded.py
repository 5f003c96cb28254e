"""The peer's recorded dosages: every one is read, and type and daily dose are as the peer has them."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from dispenser.core.daily import daily_dose, dosage_type
from pharmacy_sync.fmk.json_dosage import read_json
from pharmacy_sync.problems import fmk, fmk_parked
from tests.support.dosages import dosage_of

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.exists() and os.environ.get("CI") != "true",
    reason="the peer's recorded dosages (../shared/data) are not beside the project",
)


def test_every_code_stands_in_the_reference() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "fmk.md").read_text("utf-8")
    assert [code.id for code in (*fmk.CODES, *fmk_parked.CODES) if code.id not in page] == []


@needs_data
def test_every_recorded_call_is_read_and_agrees_with_its_result() -> None:
    calls = json.loads((DATA / "d2t_test_calls.json").read_text("utf-8"), parse_float=Decimal)
    compared = 0
    for call in calls:
        dosage = read_json(call["input"]).dosage
        assert dosage is not None, call["test"]
        if call["fn"] == "type144":
            assert dosage_type(dosage) == call["result"]
        elif call["fn"] == "daily":
            assert daily_dose(dosage) == call["result"]["value"]
        compared += call["fn"] in {"type144", "daily"}
    assert (len(calls), compared) == (112, 4)


@needs_data
def test_every_national_proposal_is_read() -> None:
    proposals = json.loads((DATA / "national_516.json").read_text("utf-8"), parse_float=Decimal)
    parked = 0
    for one in proposals:
        read = read_json(one["dosage"])
        assert read.dosage == dosage_of(one["dosage"])
        assert {finding.code.id for finding in read.findings} <= {"DOSE-1750", "DOSE-1751", "DOSE-1773"}
        parked += any(finding.code.id == "DOSE-1750" for finding in read.findings)
        assert dosage_type(read.dosage) == one["oracle"]["type144"]
        theirs, ours = one["oracle"]["daily"].get("value"), daily_dose(read.dosage)
        assert (ours is None) == (theirs is None)
        assert ours is None or (isinstance(ours, Decimal) and abs(ours - Decimal(theirs)) <= Decimal("2e-9"))
    assert (len(proposals), parked) == (516, 0)
