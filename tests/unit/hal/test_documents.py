"""Machine documents: what is exactly right is read, everything else is a violation."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal import documents
from hal.errors import ProtocolViolationError
from hal.journal import START, Cursor, JournalEntry, Mark, document_of
from hal.status import Bay, Capabilities, Consumable, OrderState, PackMLState, UnitMode

CAPABILITIES = Capabilities(2, "Værk", "P1", "42", "1.0", 10, 60, 8, 0, 20, 40, 400, 2, 1000, 60, *([True] * 6))
STATUS = {
    "state": "Execute",
    "boot_id": "b1",
    "last_seq": 7,
    "high_water": 3,
    "film": 12,
    "epoch": 2,
    "orders": [{"number": 3, "order_id": "o", "digest": "0" * 64, "state": "running", "closed": 1}],
    "alarms": [{"code": "JAM", "detail": "bay 4"}],
    "pouches_per_minute": 60,
    "mode": 3,
    "journal_head": "a" * 64,
    "acknowledged": {"boot_id": "b1", "seq": 4, "head": "b" * 64},
    "consumables": [{"kind": "film", "unit": "mm", "left": 9_000}],
    "command": 5,
}
BAY = {"number": 4, "canister_id": "C4", "fill_code": "F1", "product": "28100000000", "units": 90}
ENTRY = JournalEntry("b1", 1, 5, "2026-01-05T06:00:00+00:00", "Dropped", 3, 2, {"bay": 4, "counted": 1})


def test_capabilities_are_read() -> None:
    assert documents.capabilities_of(json.dumps(asdict(CAPABILITIES))) == CAPABILITIES


def test_another_contract_is_a_violation() -> None:
    with pytest.raises(ProtocolViolationError, match="contract 1"):
        documents.capabilities_of(json.dumps(asdict(replace(CAPABILITIES, contract=1))))


def test_a_status_is_read() -> None:
    status = documents.status_of(json.dumps(STATUS))
    assert status.state is PackMLState.EXECUTE
    assert status.orders[0].state is OrderState.RUNNING
    assert status.alarms[0].detail == "bay 4"
    assert status.mode is UnitMode.MANUAL
    assert status.acknowledged == Mark(Cursor("b1", 4), "b" * 64)
    assert status.consumables == (Consumable("film", "mm", 9_000),)
    assert (status.journal_head, status.command) == ("a" * 64, 5)


@pytest.mark.parametrize(
    "change",
    [
        {"mode": 4},
        {"journal_head": "A" * 64},
        {"journal_head": "abc"},
        {"acknowledged": {"boot_id": "b1", "seq": 0, "head": ""}},
        {"acknowledged": {"boot_id": "", "seq": 0, "head": "b" * 64}},
        {"consumables": [{"kind": "glue", "unit": "mm", "left": 1}]},
    ],
    ids=str,
)
def test_a_status_that_contradicts_itself_is_a_violation(change: dict[str, object]) -> None:
    with pytest.raises(ProtocolViolationError):
        documents.status_of(json.dumps(STATUS | change))


@pytest.mark.parametrize(
    "change",
    [
        {"charset": "ascii"},
        {"journal_keeper": "nobody"},
        {"cell_quarters": [True]},
        {"modes": [1.0]},
        {"bay_models": [{"number": 1, "kind": "round", "tag": "none", "sensor": "beam"}]},
        {"alarms": [{"code": "JAM"}]},
        {"consumables": [{"kind": "film"}]},
    ],
    ids=str,
)
def test_a_word_that_no_capability_document_knows_is_a_violation(change: dict[str, object]) -> None:
    with pytest.raises(ProtocolViolationError):
        documents.capabilities_of(json.dumps(asdict(CAPABILITIES) | change))


def test_bays_are_read() -> None:
    assert documents.bays_of(json.dumps([BAY])) == (Bay(4, "C4", "F1", "28100000000", 90),)


def test_a_bay_twice_is_a_violation() -> None:
    with pytest.raises(ProtocolViolationError, match="twice"):
        documents.bays_of(json.dumps([BAY, BAY]))


def test_an_entry_is_read() -> None:
    assert documents.entry_of(document_of(ENTRY)) == ENTRY


def test_an_entry_that_is_not_canonical_is_a_violation() -> None:
    with pytest.raises(ProtocolViolationError, match="canonical"):
        documents.entry_of(json.dumps(json.loads(document_of(ENTRY))))


@pytest.mark.parametrize(
    ("read", "good"),
    [
        (documents.capabilities_of, asdict(CAPABILITIES)),
        (documents.status_of, STATUS),
        (documents.entry_of, json.loads(document_of(ENTRY))),
    ],
)
@given(data=st.data())
def test_one_change_of_shape_is_a_violation(
    read: Callable[[str], object], good: dict[str, object], data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(good)))
    changed = dict(good)
    how = data.draw(st.sampled_from(["missing", "extra", "type", "float", "none"]))
    if how == "missing":
        del changed[key]
    elif how == "extra":
        changed[key + "x"] = changed[key]
    else:
        changed[key] = {"type": [[]], "float": 1.5, "none": None}[how]
    with pytest.raises(ProtocolViolationError):
        read(json.dumps(changed, sort_keys=True, separators=(",", ":")))


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{", '"x"', "NaN", '{"a":1,"a":1}', "[" * 100_000, '{"state":NaN}', "\ud800"],
    ids=repr,
)
def test_no_document_at_all_is_a_violation(text: str) -> None:
    for read in (documents.capabilities_of, documents.status_of, documents.entry_of):
        with pytest.raises(ProtocolViolationError):
            read(text)


def test_true_is_no_number_and_one_is_no_flag() -> None:
    for key, value in (("last_seq", True), ("last_seq", -1), ("film", 2**63), ("state", "execute"), ("boot_id", "")):
        with pytest.raises(ProtocolViolationError):
            documents.status_of(json.dumps(STATUS | {key: value}))
    with pytest.raises(ProtocolViolationError):
        documents.capabilities_of(json.dumps(asdict(CAPABILITIES) | {"camera": 1}))


def texts(*places: tuple[int, int]) -> list[str]:
    return [document_of(replace(ENTRY, boot_id=f"b{boot}", boot_number=boot, seq=seq)) for boot, seq in places]


@pytest.mark.parametrize("places", [(), ((1, 1),), ((1, 1), (1, 2), (2, 1)), ((1, 4), (3, 1), (3, 2))], ids=str)
def test_entries_in_order_are_taken(places: tuple[tuple[int, int], ...]) -> None:
    assert len(documents.entries_of(texts(*places), START, 10)) == len(places)


@pytest.mark.parametrize(
    "places",
    [((1, 1), (1, 3)), ((1, 2), (1, 1)), ((1, 1), (1, 1)), ((2, 1), (1, 1)), ((1, 1), (2, 2))],
    ids=str,
)
def test_a_gap_or_a_step_back_is_a_violation(places: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ProtocolViolationError, match="follows"):
        documents.entries_of(texts(*places), START, 10)


def test_the_first_entry_follows_the_cursor() -> None:
    assert documents.entries_of(texts((1, 8)), Cursor("b1", 7), 1)
    with pytest.raises(ProtocolViolationError, match="cursor"):
        documents.entries_of(texts((1, 9)), Cursor("b1", 7), 1)


def test_more_than_asked_for_is_a_violation() -> None:
    with pytest.raises(ProtocolViolationError, match="2 entries where 1"):
        documents.entries_of(texts((1, 1), (1, 2)), START, 1)
