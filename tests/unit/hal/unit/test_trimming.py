"""What is long recorded is forgotten: everything else stays, wherever the computer ends meanwhile."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hal.drivers.unit.folder import NAME, NEW, Folder, FolderError
from hal.drivers.unit.memory import Fact, Memory
from hal.drivers.unit.past import ForgottenError
from hal.drivers.unit.store import lines_ever
from hal.journal import NOTHING, START, Cursor, JournalEntry, Mark
from hal.orders import PackingOrder, PouchOrder
from hal.status import OrderState
from hal.wire import words
from tests.support.killed_disk import ENDS, EndedError, disk
from tests.support.unit_bench import Clock

KEEPS = 3
CLOCK = Clock()
STEPS = st.integers(0, 14)
"""Where the computer ends; 0 is nowhere, and no action has more."""


class Lines:
    """A store that forgets nothing."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def read(self) -> list[str]:
        return list(self.lines)

    def append(self, lines: list[str]) -> None:
        self.lines += lines

    def replace(self, lines: list[str]) -> None:
        raise AssertionError(lines)


def place(entry: JournalEntry) -> Cursor:
    return Cursor(entry.boot_id, entry.seq)


def standing(memory: Memory) -> tuple[object, ...]:
    """Everything that the contract tells of a memory, and all that it does next."""
    boot = (memory.boot_id, memory.boot_number, memory.seq, memory.machine)
    counts = (memory.total, memory.head, memory.film, memory.epoch, memory.high_water, memory.state)
    live = [(order.status, order.order) for order in memory.live]
    return (boot, counts, live, memory.statuses(), memory.open_pouch, memory.owes_mark, memory.acknowledged)


class Trimming(RuleBasedStateMachine):
    """A memory that forgets beside one that does not; the computer of the first one ends at any step."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        self.path = Path(self.temporary.name)
        self.folder = Folder(self.path)
        self.memory = Memory(self.folder, CLOCK, KEEPS)
        self.store = Lines([])
        self.whole = Memory(self.store, CLOCK, 10**9)
        self.boots = 0
        self.do(lambda memory: memory.boot("boot-0"), 0, ENDS[0])

    def teardown(self) -> None:
        self.folder.close()
        self.temporary.cleanup()

    def do(self, act: Callable[[Memory], None], at: int, how: str) -> None:
        """Let both do it, and the first one's computer end at a step: it is done then, or it is not."""
        former = list(self.store.lines)
        act(self.whole)
        with disk(self.path / NAME, at) as made:
            try:
                act(self.memory)
            except EndedError:
                # The descriptor of the folder was opened before this disk stood for it.
                self.folder.close()
                made.end(how)
                with disk(self.path / NAME, 0):
                    self.folder = Folder(self.path)
                    self.memory = Memory(self.folder, CLOCK, KEEPS)
        if standing(self.memory) != standing(self.whole):
            assert at, "nothing ended"
            self.store = Lines(former)
            self.whole = Memory(self.store, CLOCK, 10**9)
        assert standing(self.memory) == standing(self.whole)

    @rule(at=STEPS, how=st.sampled_from(ENDS))
    def boots_up(self, at: int, how: str) -> None:
        self.boots += 1
        self.do(lambda memory: memory.boot(f"boot-{self.boots}"), at, how)

    @rule(at=STEPS, how=st.sampled_from(ENDS), count=st.integers(1, 4))
    def alarms_come(self, at: int, how: str, count: int) -> None:
        facts = [Fact(words.ALARM_RAISED, fields={"code": "JAM", "detail": "æ"})] * count
        self.do(lambda memory: memory.write(facts), at, how)

    @precondition(lambda self: len(self.memory.live) < 2)
    @rule(at=STEPS, how=st.sampled_from(ENDS))
    def takes_an_order(self, at: int, how: str) -> None:
        pouch = PouchOrder(1, "S", ("line",), ())
        order = PackingOrder("o", self.memory.high_water + 1, 1, "", (pouch, pouch))
        self.do(lambda memory: memory.load(order), at, how)

    @precondition(lambda self: self.memory.live and self.memory.open_pouch is None)
    @rule(at=STEPS, how=st.sampled_from(ENDS))
    def begins_a_pouch(self, at: int, how: str) -> None:
        number, film = self.memory.live[0].status.number, self.memory.film + 1

        def act(memory: Memory) -> None:
            running = memory.moved(memory.orders[number].status, OrderState.RUNNING)
            memory.write([running, Fact(words.POUCH_STARTED, number, 1, {"film": film})])

        self.do(act, at, how)

    @precondition(lambda self: self.memory.open_pouch is not None)
    @rule(at=STEPS, how=st.sampled_from(ENDS), is_void=st.booleans())
    def closes_the_pouch(self, at: int, how: str, is_void: bool) -> None:  # noqa: FBT001 - drawn
        def act(memory: Memory) -> None:
            if is_void:
                memory.write([*memory.void("stopped"), *memory.interruptions()], owes_mark=True)
                return
            pouch = memory.open_pouch
            assert pouch is not None
            end = {"film": pouch.fields["film"], "outcome": words.PACKED, "reason": ""}
            memory.write([Fact(words.POUCH_CLOSED, pouch.order_number, 1, end)], owes_mark=False)

        self.do(act, at, how)

    @rule(at=STEPS, how=st.sampled_from(ENDS))
    def another_controller_comes(self, at: int, how: str) -> None:
        epoch = self.memory.epoch + 1
        self.do(lambda memory: memory.take_epoch(epoch), at, how)

    @rule(at=STEPS, how=st.sampled_from(ENDS))
    def is_bound(self, at: int, how: str) -> None:
        self.do(lambda memory: memory.bind(("v", "m", "æ1")), at, how)

    @rule(at=STEPS, how=st.sampled_from(ENDS), data=st.data())
    def is_acknowledged(self, at: int, how: str, data: st.DataObject) -> None:
        entries = self.whole.after(START, 10**6)
        cursor = place(data.draw(st.sampled_from(entries[-8:])))
        head = self.memory.head_at(cursor)
        if head is not None and self.memory.is_newer(cursor):
            self.do(lambda memory: memory.acknowledge(Mark(cursor, head)), at, how)
            past = self.memory._past
            # One that is not disturbed forgets what was left by all that were.
            assert at or (past.count_to(cursor) or 0) - past.gone <= 2 * KEEPS

    @rule()
    def opens_again(self) -> None:
        self.folder.close()
        self.folder = Folder(self.path)
        assert lines_ever(self.folder.read()) == self.memory.lines
        self.memory = Memory(self.folder, CLOCK, KEEPS)
        assert standing(self.memory) == standing(self.whole)

    @invariant()
    def every_entry_is_there_or_said_to_be_forgotten(self) -> None:
        entries = self.whole.after(START, 10**6)
        places = [START, *map(place, entries)]
        recorded = places.index(self.whole.acknowledged.cursor)
        known = [at for at, cursor in enumerate(places) if at and self.memory.head_at(cursor) is not None]
        gone = known[0] if known and known[0] > 1 else 0
        assert gone <= max(0, recorded - KEEPS)
        for at, cursor in enumerate(places):
            if at < gone:
                with pytest.raises(ForgottenError):
                    self.memory.after(cursor, 10)
            else:
                assert self.memory.after(cursor, 10**6) == entries[at:]
                assert self.memory.head_at(cursor) == self.whole.head_at(cursor)
        if gone:
            for strange in (Cursor("never", 1), Cursor(entries[-1].boot_id, 10**6)):
                with pytest.raises(ForgottenError):
                    self.memory.after(strange, 10)


TestTrimming = Trimming.TestCase
TestTrimming.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def filled(path: Path, count: int) -> Memory:
    memory = Memory(Folder(path), CLOCK, KEEPS)
    memory.boot("boot-1")
    for at in range(count):
        memory.write([Fact(words.ALARM_RAISED, fields={"code": "JAM", "detail": str(at)})])
    return memory


def newest(memory: Memory) -> Mark:
    return Mark(Cursor(memory.boot_id, memory.seq), memory.head)


def test_the_file_is_short_again_and_says_the_same(tmp_path: Path) -> None:
    memory = filled(tmp_path, 500)
    long = (tmp_path / NAME).stat().st_size
    memory.acknowledge(newest(memory))
    assert (tmp_path / NAME).stat().st_size < long // 20
    memory.write([Fact(words.ALARM_CLEARED, fields={"code": "JAM"})])
    folder = Folder(tmp_path / "copy")
    (tmp_path / "copy" / NAME).write_bytes((tmp_path / NAME).read_bytes())
    again = Memory(folder, CLOCK, KEEPS)
    assert standing(again) == standing(memory)
    assert again.total == 502


def test_a_disk_without_room_for_the_short_file_keeps_the_long_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = filled(tmp_path, 20)
    opened, is_full = os.open, True

    def full(path: Path, flags: int, mode: int = 0o777) -> int:
        if is_full and Path(path).name == NEW:
            raise OSError(28, "no space left on device")
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", full)
    memory.acknowledge(newest(memory))
    assert memory.acknowledged == newest(memory)
    assert len(memory.after(START, 100)) == 21
    is_full = False
    memory.write([Fact(words.ALARM_CLEARED, fields={"code": "JAM"})])
    memory.acknowledge(newest(memory))
    with pytest.raises(ForgottenError):
        memory.after(START, 100)


def test_a_short_file_that_lost_an_entry_is_not_believed(tmp_path: Path) -> None:
    memory = filled(tmp_path, 20)
    memory.acknowledge(newest(memory))
    path = tmp_path / NAME
    content = path.read_bytes().split(b"\n")
    for name, lines in (("tail", content[:-2]), ("first", [content[0], *content[2:-1]])):
        (tmp_path / name).mkdir()
        (tmp_path / name / NAME).write_bytes(b"\n".join([*lines, b""]))
        with pytest.raises(FolderError, match="were kept"):
            Memory(Folder(tmp_path / name), CLOCK)


def test_nothing_is_forgotten_before_it_is_recorded(tmp_path: Path) -> None:
    memory = filled(tmp_path, 200)
    assert memory.acknowledged == NOTHING
    assert len(memory.after(START, 10**6)) == 201
