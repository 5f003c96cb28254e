"""Each invariant holds over a sound run, and can fail."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hal.journal import FieldValue, JournalEntry
from hal.status import Bay
from hal.wire import words
from tests.support.invariants import INVARIANTS, Call, Evidence, violations
from tests.support.noisy_run import NAMES, packed


@pytest.fixture(scope="module")
def sound() -> Evidence:
    run, _ = packed(12, 0, seed=3)
    return run


def changed(run: Evidence, kind: str, change: Callable[[JournalEntry], JournalEntry], which: int = 0) -> Evidence:
    entries = list(run.entries)
    at = [place for place, entry in enumerate(entries) if entry.kind == kind][which]
    entries[at] = change(entries[at])
    return replace(run, entries=entries)


def with_fields(**fields: FieldValue) -> Callable[[JournalEntry], JournalEntry]:
    return lambda entry: replace(entry, fields={**entry.fields, **fields})


def without(run: Evidence, kind: str, which: int = 0) -> Evidence:
    entries = list(run.entries)
    del entries[[place for place, entry in enumerate(entries) if entry.kind == kind][which]]
    return replace(run, entries=entries)


def added(run: Evidence, entry: JournalEntry) -> Evidence:
    return replace(run, entries=[*run.entries, entry])


def twice(run: Evidence, kind: str) -> Evidence:
    return added(run, next(one for one in run.entries if one.kind == kind))


def same_symbol_again(run: Evidence) -> Evidence:
    first, *rest = run.truth
    return replace(run, truth=[first, first, *rest])


def slow(kind: str) -> Callable[[Evidence], Evidence]:
    return lambda run: replace(run, calls=[Call(kind, 0.0, 61.0, 60.0)])


SPOILED: list[tuple[str, Callable[[Evidence], Evidence]]] = [
    ("I1", lambda run: without(run, words.SEALED)),
    (
        "I1",
        lambda run: replace(run, entries=[*run.entries, replace(run.entries[-1], boot_id="b", boot_number=0, seq=1)]),
    ),
    ("I2", lambda run: twice(run, words.POUCH_CLOSED)),
    ("I2", same_symbol_again),
    ("I3", lambda run: replace(run, bays_after=[replace(bay, units=bay.units + 1) for bay in run.bays_after])),
    ("I3", lambda run: replace(run, bays_after=[*run.bays_after, Bay(9, "C9", "F9", "p", 1)])),
    ("I4", lambda run: without(run, words.DROPPED)),
    ("I4", lambda run: without(run, words.SEALED)),
    ("I4", lambda run: changed(run, words.DROPPED, with_fields(counted=9))),
    ("I4", lambda run: changed(run, words.PRINTED, with_fields(digest="0"))),
    ("I4", lambda run: changed(run, words.INSPECTED, with_fields(result="reject"))),
    ("I4", lambda run: changed(run, words.INSPECTED, with_fields(read=""))),
    ("I4", lambda run: replace(run, orders=run.orders[1:])),
    ("I5", lambda run: without(run, words.POUCH_CLOSED)),
    ("I5", lambda run: changed(run, words.POUCH_CLOSED, with_fields(outcome=words.VOID))),
    ("I6", lambda run: replace(run, calls=[Call("load", 0, 1, 60, (), was_refused=True)])),
    ("I6", lambda run: replace(run, calls=[Call("load", 0, 1, 60, (("FENCED", ""),), was_refused=True)])),
    ("I7", lambda run: twice(run, words.ORDER_CHANGED)),
    ("I8", lambda run: changed(run, words.DROPPED, with_fields(canister="C7"))),
    ("I8", lambda run: changed(run, words.DROPPED, with_fields(fill="F7"))),
    ("I9", slow("stop")),
    ("I10", slow("status")),
    ("I11", lambda run: replace(run, wrong_digest_refused=False)),
    ("I12", lambda run: replace(run, lower_epoch_refused=False)),
    ("I13", lambda run: replace(run, entries=list(reversed(run.entries)))),
    ("I14", lambda run: replace(run, log=[f"pouch of {NAMES[0]}"])),
    ("I14", lambda run: replace(run, log=[f"CPR {NAMES[1]}"])),
]


def test_a_sound_run_violates_nothing(sound: Evidence) -> None:
    assert violations(sound) == []
    assert any(entry.kind == words.POUCH_CLOSED for entry in sound.entries)


@pytest.mark.parametrize(("name", "spoil"), SPOILED)
def test_each_invariant_can_fail(sound: Evidence, name: str, spoil: Callable[[Evidence], Evidence]) -> None:
    assert list(INVARIANTS[name](sound)) == []
    assert list(INVARIANTS[name](spoil(sound)))


def test_every_invariant_was_seen_to_fail() -> None:
    assert {name for name, _ in SPOILED} == set(INVARIANTS)
