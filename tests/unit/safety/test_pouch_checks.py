"""Evidence of a pouch, complete and with one thing wrong at a time."""

from dataclasses import replace

import pytest

from hal.journal import FieldValue, JournalEntry
from hal.orders import BayPick, CellPick, PouchOrder
from hal.wire import words
from safety import pouch_codes
from safety.findings import Code
from safety.pouch_checks import check_pouch, printed_digest
from tests.support.orders import entry, evidence
from tests.support.told import told

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


def without_field(place: int, name: str) -> list[JournalEntry]:
    fields = {key: value for key, value in GOOD[place].fields.items() if key != name}
    return [*GOOD[:place], replace(GOOD[place], fields=fields), *GOOD[place + 1 :]]


def test_a_machine_that_tells_no_times_is_believed_and_one_that_tells_no_symbol_is_not() -> None:
    assert codes(without_field(BAY, "ms")) == []
    assert codes(without_field(INSPECTED, "read")) == [pouch_codes.READ_DIFFERS]


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
        (changed(BAY, ms=9), [pouch_codes.IMPLAUSIBLE_DROP]),
        (changed(BAY, ms=10), []),
        (changed(BAY, ms=-1), [pouch_codes.IMPLAUSIBLE_DROP]),
        (changed(BAY, ms="60"), [pouch_codes.IMPLAUSIBLE_DROP]),
        (changed(CELL, ms=0), []),
        (changed(INSPECTED, read=""), [pouch_codes.READ_DIFFERS]),
        (changed(INSPECTED, read="symbo1"), [pouch_codes.READ_DIFFERS]),
        (changed(INSPECTED, read="", result="reject"), [pouch_codes.REJECTED, pouch_codes.READ_DIFFERS]),
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


LATE = [GOOD[STARTED], GOOD[BAY], GOOD[SEALED], GOOD[CELL], *GOOD[PRINTED:]]
STRANGE = entry(words.DROPPED, 3, bay=4, product="D", counted=1)
BARE = entry(words.DROPPED, 3)


def again(place: int, **fields: FieldValue) -> list[JournalEntry]:
    """The evidence with an entry twice, the second time with other fields alone."""
    return [*GOOD[: place + 1], replace(GOOD[place], fields=fields), *GOOD[place + 1 :]]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (without(BAY), ["DOSE-0401 3 source=bay 1 product=A"]),
        (without(CELL), ["DOSE-0401 3 source=cell 5 product=B"]),
        (changed(BAY, counted=1), ["DOSE-0402 3 source=bay 1 product=A counted=1 ordered=2"]),
        (changed(BAY, counted="2"), ["DOSE-0402 3 source=bay 1 product=A counted=0 + ? ordered=2"]),
        (changed(CELL, counted=1), ["DOSE-0402 3 source=cell 5 product=B counted=1 ordered=2"]),
        (changed(BAY, bay=2), ["DOSE-0401 3 source=bay 1 product=A", "DOSE-0403 3 source=bay 2 product=A"]),
        (changed(BAY, product="C"), ["DOSE-0401 3 source=bay 1 product=A", "DOSE-0403 3 source=bay 1 product=C"]),
        (changed(CELL, cell=6), ["DOSE-0401 3 source=cell 5 product=B", "DOSE-0403 3 source=cell 6 product=B"]),
        ([*GOOD[:SEALED], STRANGE, *GOOD[SEALED:]], ["DOSE-0403 3 source=bay 4 product=D"]),
        ([*GOOD[:SEALED], BARE, *GOOD[SEALED:]], ["DOSE-0403 3 source=bay 0 product="]),
        (LATE, ["DOSE-0404 3"]),
        (without(SEALED), ["DOSE-0405 3"]),
        (changed(SEALED, temperature_dc=1199), ["DOSE-0406 3 celsius=119.9 low=120 high=200"]),
        (changed(SEALED, temperature_dc=2001), ["DOSE-0406 3 celsius=200.1 low=120 high=200"]),
        (again(SEALED), ["DOSE-0406 3 celsius=0.0 low=120 high=200"]),
        (without(PRINTED), ["DOSE-0407 3"]),
        (again(PRINTED, digest="0"), ["DOSE-0408 3"]),
        (again(PRINTED), ["DOSE-0408 3"]),
        (without(INSPECTED), ["DOSE-0409 3"]),
        (again(INSPECTED, result="reject"), ["DOSE-0410 3", "DOSE-0414 3 read= ordered=symbol"]),
        (again(INSPECTED), ["DOSE-0410 3", "DOSE-0414 3 read= ordered=symbol"]),
        (changed(INSPECTED, read="other"), ["DOSE-0414 3 read=other ordered=symbol"]),
        (changed(BAY, ms=9), ["DOSE-0415 3 source=bay 1 product=A counted=2 ms=9"]),
        (without(CLOSED), ["DOSE-0411 3"]),
        (again(CLOSED, outcome="void"), ["DOSE-0412 3"]),
        (changed(CLOSED, film=8), ["DOSE-0413 3"]),
        ([*GOOD, replace(GOOD[STARTED], pouch=4)], ["DOSE-0413 3"]),
        ([*GOOD, replace(GOOD[STARTED], order_number=2)], ["DOSE-0413 3"]),
        ([replace(one, pouch=4) for one in GOOD], ["DOSE-0413 3"]),
        (
            [],
            [
                "DOSE-0401 3 source=bay 1 product=A",
                "DOSE-0401 3 source=cell 5 product=B",
                *(f"DOSE-{code} 3" for code in ("0405", "0407", "0409", "0411")),
            ],
        ),
    ],
)
def test_each_fault_is_told_word_by_word(events: list[JournalEntry], expected: list[str]) -> None:
    assert told(check_pouch(ORDERED, events)) == expected


def test_picks_from_one_place_are_counted_together() -> None:
    twice = replace(ORDERED, picks=(*ORDERED.picks, BayPick(1, "can", "fill", "A", 3), CellPick(5, "B", 1)))
    assert told(check_pouch(twice, GOOD)) == [
        "DOSE-0402 3 source=bay 1 product=A counted=2 ordered=5",
        "DOSE-0402 3 source=cell 5 product=B counted=2 ordered=3",
    ]


def test_what_a_pouch_must_show() -> None:
    digest = "beeb5327e4d5154eeb97e8805e0b0b5bbe70bc65fe67790ca553621dcd32df23"
    assert printed_digest(ORDERED) == digest


@pytest.mark.parametrize("count", [True, False, -1, "0", None])
def test_a_count_that_is_no_count_proves_nothing_beside_one_that_is(count: FieldValue | None) -> None:
    """It neither adds to a count nor takes from it, and is told even where the rest adds up."""
    fields = {**GOOD[BAY].fields, "counted": count}
    more = replace(GOOD[BAY], fields={name: value for name, value in fields.items() if value is not None})
    assert told(check_pouch(ORDERED, [*GOOD[:SEALED], more, *GOOD[SEALED:]])) == [
        "DOSE-0402 3 source=bay 1 product=A counted=2 + ? ordered=2"
    ]
    three = changed(BAY, counted=3)
    assert told(check_pouch(ORDERED, [*three[:SEALED], more, *three[SEALED:]])) == [
        "DOSE-0402 3 source=bay 1 product=A counted=3 + ? ordered=2"
    ]


def test_true_is_not_one() -> None:
    one = replace(ORDERED, picks=(BayPick(1, "can", "fill", "A", 1),))
    events = [changed(BAY, counted=True)[place] for place in range(len(GOOD)) if place != CELL]
    assert told(check_pouch(one, events)) == ["DOSE-0402 3 source=bay 1 product=A counted=0 + ? ordered=1"]
    assert told(check_pouch(ORDERED, changed(BAY, bay=True))) == [
        "DOSE-0401 3 source=bay 1 product=A",
        "DOSE-0403 3 source=bay 0 product=A",
    ]


def test_a_drop_that_counted_nothing_adds_nothing() -> None:
    nothing = replace(GOOD[BAY], fields={**GOOD[BAY].fields, "counted": 0})
    assert codes([*GOOD[:SEALED], nothing, *GOOD[SEALED:]]) == []
    assert told(check_pouch(ORDERED, changed(BAY, counted=0))) == [
        "DOSE-0402 3 source=bay 1 product=A counted=0 ordered=2"
    ]


def test_a_seal_below_nothing_is_told_as_none() -> None:
    assert told(check_pouch(ORDERED, changed(SEALED, temperature_dc=-1_450))) == [
        "DOSE-0406 3 celsius=0.0 low=120 high=200"
    ]
