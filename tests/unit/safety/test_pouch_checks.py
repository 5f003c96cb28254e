"""Evidence of a pouch, complete and with one thing wrong at a time."""

from dataclasses import replace

import pytest

from hal.journal import FieldValue, JournalEntry
from hal.orders import BayPick, CellPick, PouchOrder
from hal.wire import words
from safety import pouch_codes
from safety.findings import Code
from safety.pouch_checks import check_pouch
from tests.support.orders import entry, evidence

ORDERED = PouchOrder(3, "symbol", ("first line", "second"), (BayPick(1, "can", "fill", "A", 2), CellPick(5, "B", 2)))
GOOD = evidence(ORDERED)
STARTED, BAY, CELL, SEALED, PRINTED, INSPECTED, CLOSED = range(7)


def codes(events: list[JournalEntry], ordered: PouchOrder = ORDERED) -> list[Code]:
    findings = check_pouch(ordered, events)
    assert all("{" not in finding.text("da") + finding.text("en") for finding in findings)
    return [finding.code for finding in findings]


def without(place: int) -> list[JournalEntry]:
    return GOOD[:place] + GOOD[place + 1 :]


def changed(place: int, **fields: FieldValue) -> list[JournalEntry]:
    one = replace(GOOD[place], fields={**GOOD[place].fields, **fields})
    return [*GOOD[:place], one, *GOOD[place + 1 :]]


def test_complete_evidence_passes() -> None:
    assert codes(GOOD) == []
    header = PouchOrder(0, "s", ("roll",), ())
    assert codes(evidence(header), header) == []


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (without(BAY), [pouch_codes.NOT_COUNTED]),
        (without(CELL), [pouch_codes.NOT_COUNTED]),
        (changed(BAY, counted=1), [pouch_codes.MISCOUNT]),
        (changed(BAY, counted=3), [pouch_codes.MISCOUNT]),
        (changed(BAY, counted="2"), [pouch_codes.MISCOUNT]),
        (changed(CELL, counted=1), [pouch_codes.MISCOUNT]),
        (changed(BAY, bay=2), [pouch_codes.NOT_COUNTED, pouch_codes.NOT_ORDERED]),
        (changed(BAY, product="C"), [pouch_codes.NOT_COUNTED, pouch_codes.NOT_ORDERED]),
        (changed(BAY, canister="x"), [pouch_codes.NOT_COUNTED, pouch_codes.NOT_ORDERED]),
        (changed(BAY, fill="refilled"), []),
        (without(SEALED), [pouch_codes.NOT_SEALED]),
        (changed(SEALED, temperature_dc=1199), [pouch_codes.SEAL_TEMPERATURE]),
        (changed(SEALED, temperature_dc=2001), [pouch_codes.SEAL_TEMPERATURE]),
        (changed(SEALED, temperature_dc=1200), []),
        (changed(SEALED, temperature_dc=2000), []),
        (without(PRINTED), [pouch_codes.NOT_PRINTED]),
        (changed(PRINTED, digest="0"), [pouch_codes.PRINT_DIFFERS]),
        (without(INSPECTED), [pouch_codes.NOT_INSPECTED]),
        (changed(INSPECTED, result="reject"), [pouch_codes.REJECTED]),
        (without(CLOSED), [pouch_codes.NOT_CLOSED]),
        (changed(CLOSED, outcome="void"), [pouch_codes.CLOSED_VOID]),
        (changed(CLOSED, film=8), [pouch_codes.FOREIGN_EVIDENCE]),
        ([*GOOD, replace(GOOD[STARTED], pouch=4)], [pouch_codes.FOREIGN_EVIDENCE]),
        ([*GOOD, replace(GOOD[STARTED], order_number=2)], [pouch_codes.FOREIGN_EVIDENCE]),
    ],
)
def test_each_fault_is_found(events: list[JournalEntry], expected: list[Code]) -> None:
    assert codes(events) == expected


def test_a_pick_may_fall_in_two_goes() -> None:
    first = replace(GOOD[BAY], fields={**GOOD[BAY].fields, "counted": 1})
    assert codes([GOOD[STARTED], first, first, *GOOD[CELL:]]) == []


def test_nothing_may_fall_after_the_seal() -> None:
    late = [GOOD[STARTED], GOOD[BAY], GOOD[SEALED], GOOD[CELL], *GOOD[PRINTED:]]
    assert codes(late) == [pouch_codes.DROPPED_AFTER_SEAL]
    assert pouch_codes.NOT_ORDERED in codes([*GOOD, entry(words.DROPPED, 3, bay=4, product="D", counted=1)])


def test_no_evidence_is_no_pouch() -> None:
    assert set(codes([])) == {
        pouch_codes.NOT_COUNTED,
        pouch_codes.NOT_SEALED,
        pouch_codes.NOT_PRINTED,
        pouch_codes.NOT_INSPECTED,
        pouch_codes.NOT_CLOSED,
    }
