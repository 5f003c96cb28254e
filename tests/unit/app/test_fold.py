"""The journal is folded entry by entry; a gap, and evidence that does not add up, are never packed."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.app.fold import OrderFold, OrderMoved, PouchOutcome, require_continuity
from hal.errors import ProtocolViolationError
from hal.journal import JournalEntry
from hal.orders import BayPick, PackingOrder, PouchOrder
from hal.status import OrderState
from hal.wire import words

POUCH = PouchOrder(1, "(01)02000000000008(21)0000010001001", ("Åse Sørensen",), (BayPick(1, "K1", "K1-1", "p", 2),))
ORDER = PackingOrder("job", 5, 1, "digest", (POUCH,))
PRINTED = hashlib.sha256("\n".join([POUCH.symbol, *POUCH.lines]).encode()).hexdigest()


def entry(seq: int, kind: str, fields: dict[str, str | int], *, boot: str = "b1", order: int = 5) -> JournalEntry:
    return JournalEntry(boot, 1, seq, "2026-11-22T08:00:00Z", kind, order, 1, fields)


def good(film: int = 7, counted: int = 2) -> list[JournalEntry]:
    drop: dict[str, str | int] = {
        "bay": 1,
        "canister": "K1",
        "fill": "K1-1",
        "product": "p",
        "commanded": 2,
        "counted": counted,
    }
    return [
        entry(1, words.POUCH_STARTED, {"film": film}),
        entry(2, words.DROPPED, drop),
        entry(3, words.SEALED, {"film": film, "temperature_dc": 1_600}),
        entry(4, words.PRINTED, {"film": film, "digest": PRINTED}),
        entry(5, words.INSPECTED, {"film": film, "result": "pass", "read": POUCH.symbol}),
        entry(6, words.POUCH_CLOSED, {"film": film, "outcome": words.PACKED, "reason": ""}),
    ]


def outcomes(entries: list[JournalEntry]) -> list[PouchOutcome]:
    fold = OrderFold(ORDER)
    facts = [fold.take(each) for each in entries]
    return [fact for fact in facts if isinstance(fact, PouchOutcome)]


def test_complete_evidence_is_packed() -> None:
    (outcome,) = outcomes(good())
    assert (outcome.number, outcome.film, outcome.packed, outcome.findings) == (1, 7, True, ())


@pytest.mark.parametrize("left_out", range(1, 5))
def test_packed_without_a_piece_of_evidence_is_void(left_out: int) -> None:
    entries = good()
    del entries[left_out]
    (outcome,) = outcomes(entries)
    assert not outcome.packed
    assert outcome.findings


def test_a_pouch_whose_evidence_cannot_be_read_is_not_packed() -> None:
    unreadable = replace(POUCH, lines=None)  # type: ignore[arg-type]  # the fault that is seeded
    fold = OrderFold(replace(ORDER, pouches=(unreadable,)))
    (outcome,) = [fact for fact in map(fold.take, good()) if isinstance(fact, PouchOutcome)]
    assert (outcome.packed, [finding.code.id for finding in outcome.findings]) == (False, ["DOSE-0600"])


def test_packed_with_a_wrong_count_is_void() -> None:
    (outcome,) = outcomes(good(counted=3))
    assert not outcome.packed


def test_a_void_pouch_keeps_its_reason_and_the_next_film_counts_for_itself() -> None:
    void = [
        entry(1, words.POUCH_STARTED, {"film": 7}),
        entry(2, words.POUCH_CLOSED, {"film": 7, "outcome": words.VOID, "reason": "count"}),
    ]
    first, second = outcomes(void + good(film=8))
    assert (first.packed, first.reason, first.film) == (False, "count", 7)
    assert (second.packed, second.film) == (True, 8)


def test_evidence_of_another_order_is_passed_over() -> None:
    other = [JournalEntry(e.boot_id, 1, e.seq, e.at, e.kind, 6, e.pouch, e.fields) for e in good()]
    assert outcomes(other) == []


def test_an_ordered_pouch_is_open_from_its_start_to_its_closing() -> None:
    fold = OrderFold(ORDER)
    seen = []
    for each in good():
        seen.append(fold.open_pouches)
        fold.take(each)
    assert (seen, fold.open_pouches) == ([frozenset(), *[frozenset({1})] * 5], frozenset())
    fold.take(replace(good()[0], pouch=2))
    assert fold.open_pouches == frozenset()


def test_an_order_moves() -> None:
    assert OrderFold(ORDER).take(entry(1, words.ORDER_CHANGED, {"state": "ended", "closed": 1})) == OrderMoved(
        OrderState.ENDED
    )


def test_a_gap_in_the_journal_is_an_error() -> None:
    with pytest.raises(ProtocolViolationError, match=r"^DOSE-0617 The journal of M1 lost something: b"):
        require_continuity("M1", None, [good()[0], good()[2]])


def test_a_repeat_in_the_journal_is_an_error() -> None:
    with pytest.raises(ProtocolViolationError, match=r"^DOSE-0617 The journal of M1 lost something: b"):
        require_continuity("M1", good()[0], [good()[0]])


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.data())
def test_a_missing_entry_inside_or_at_the_start_of_a_boot_is_noticed(lengths: list[int], data: st.DataObject) -> None:
    entries = [
        JournalEntry(f"b{boot}", boot, seq, "", words.STATE_CHANGED, fields={"from": "Idle", "to": "Starting"})
        for boot, length in enumerate(lengths, start=3)
        for seq in range(1, length + 1)
    ]
    require_continuity("M1", None, entries)
    kept = data.draw(st.integers(0, len(entries) - 1))
    require_continuity("M1", entries[kept], entries[kept + 1 :])
    missing = entries[kept + 1] if kept + 2 < len(entries) else None
    if missing and (missing.seq == 1 or entries[kept + 2].boot_id == missing.boot_id):
        with pytest.raises(ProtocolViolationError):
            require_continuity("M1", entries[kept], entries[kept + 2 :])
