"""Many write at one moment and share a commit: as if each had been alone, whoever fails."""

import asyncio
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.app.ledger import GATHER_SECONDS, Ledger, Piece
from dispenser.core.ids import MachineId
from dispenser.store.errors import ConflictError, StoreError
from dispenser.store.session import Database, Transaction
from tests.support.stored import NOW, entry
from tests.support.virtual import VirtualClock, run, sleep

Result = TypeVar("Result")
SLOW_SECONDS = 1.0


async def inline(work: Callable[[], Result]) -> Result:
    return work()


class Refused(Exception):  # noqa: N818 - what a piece may say
    """A piece will not."""


class Watched(Database):
    """Counts commits; fails as many of them as it is told."""

    commits = 0
    failing = 0

    @contextmanager
    def write(self) -> Generator[Transaction]:
        with super().write() as tx:
            yield tx
            if self.failing:
                self.failing -= 1
                raise StoreError("the disk is gone")
        self.commits += 1


class Desk:
    """One of those who write: says how often it was told to forget."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.remembered = 0

    def piece(self, error: Exception | None = None) -> Piece[str]:
        def write(tx: Transaction) -> str:
            self.remembered += 1
            tx.audit.append(NOW, self.name, "wrote", self.name, "")
            if error is not None:
                raise error
            return self.name

        return Piece(write, self.forget)

    def forget(self) -> None:
        self.remembered = 0


def written(database: Database) -> Counter[str]:
    with database.read() as tx:
        return Counter(record.who for record in tx.audit.newest(1_000))


@contextmanager
def stored(migrated: Path) -> Generator[Watched]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "d.db"
        file.write_bytes(migrated.read_bytes())
        with Watched(f"sqlite:///{file}") as one:
            yield one


@settings(max_examples=25)
@given(fails=st.lists(st.sampled_from(["no", "refuses", "breaks"]), min_size=1, max_size=8))
def test_those_who_fail_take_nobody_with_them(migrated_file: Path, fails: list[str]) -> None:
    errors = {"no": None, "refuses": Refused(), "breaks": ConflictError("twice")}
    with stored(migrated_file) as store:
        desks = [Desk(f"d{number}") for number in range(len(fails))]

        async def course() -> list[object]:
            ledger = Ledger(store, VirtualClock(), inline)
            puts = (ledger.put(desk.piece(errors[how])) for desk, how in zip(desks, fails, strict=True))
            return await asyncio.gather(*puts, return_exceptions=True)

        told = run(course())
        assert told == [errors[how] or desk.name for desk, how in zip(desks, fails, strict=True)]
        assert written(store) == Counter(desk.name for desk, how in zip(desks, fails, strict=True) if how == "no")
        # What a piece remembers is what stands in the database, never more.
        assert [desk.remembered for desk in desks] == [int(how == "no") for how in fails]
        if set(fails) == {"no"}:
            assert store.commits == 1


def test_a_statement_that_fails_spoils_nobody_elses(database: Database) -> None:
    def conflict(tx: Transaction) -> str:
        # PostgreSQL refuses every other statement in the same transaction from then on.
        tx.journal.append(MachineId("unknown"), [entry(1)], 0)
        return "never"

    async def course() -> list[object]:
        ledger = Ledger(database, VirtualClock(), inline)
        pieces = [Desk("a").piece(), Piece(conflict), Desk("b").piece()]
        return await asyncio.gather(*map(ledger.put, pieces), return_exceptions=True)

    told = run(course())
    assert [told[0], type(told[1]), told[2]] == ["a", ConflictError, "b"]
    assert written(database) == {"a": 1, "b": 1}


def test_after_a_failed_commit_everybody_is_told_and_nothing_is_tried_again(migrated_file: Path) -> None:
    with stored(migrated_file) as store:
        desks = [Desk("a"), Desk("b")]

        async def course() -> list[object]:
            ledger = Ledger(store, VirtualClock(), inline)
            store.failing = 1
            told = await asyncio.gather(*(ledger.put(desk.piece()) for desk in desks), return_exceptions=True)
            return [*told, await ledger.put(desks[0].piece())]

        told = run(course())
        assert [type(one) for one in told] == [StoreError, StoreError, str]
        assert written(store) == {"a": 1}
        assert [desk.remembered for desk in desks] == [1, 0]


def test_who_comes_while_others_are_written_is_in_the_next_commit(migrated_file: Path) -> None:
    with stored(migrated_file) as store:

        async def course() -> None:
            async def slow(work: Callable[[], Result]) -> Result:
                await sleep(SLOW_SECONDS)
                return work()

            ledger = Ledger(store, VirtualClock(), slow)
            first = asyncio.create_task(ledger.put(Desk("a").piece()))
            await sleep(GATHER_SECONDS + 0.5)
            second = asyncio.create_task(ledger.put(Desk("b").piece()))
            third = asyncio.create_task(ledger.put(Desk("c").piece()))
            assert await asyncio.gather(first, second, third) == ["a", "b", "c"]

        run(course())
        assert store.commits == 2


@settings(max_examples=25)
@given(at=st.integers(0, 120).filter(lambda at: at != GATHER_SECONDS * 1_000))
def test_who_gives_up_is_written_wholly_or_not_and_the_others_are(migrated_file: Path, at: int) -> None:
    with stored(migrated_file) as store:
        leaver, stayer = Desk("leaver"), Desk("stayer")

        async def course() -> None:
            async def slow(work: Callable[[], Result]) -> Result:
                await sleep(GATHER_SECONDS)
                return work()

            ledger = Ledger(store, VirtualClock(), slow)
            leaving = asyncio.create_task(ledger.put(leaver.piece()))
            staying = asyncio.create_task(ledger.put(stayer.piece()))
            await sleep(timedelta(milliseconds=at).total_seconds())
            leaving.cancel()
            with suppress(asyncio.CancelledError):
                await leaving
            assert await staying == "stayer"
            await ledger.close()

        run(course())
        told = written(store)
        assert told["stayer"] == 1
        assert told["leaver"] == leaver.remembered
        # Nothing is begun for somebody who is gone.
        assert told["leaver"] == int(at > GATHER_SECONDS * 1_000)


def test_an_error_of_the_offload_reaches_everybody(migrated_file: Path) -> None:
    with stored(migrated_file) as store:

        async def course() -> list[object]:
            async def broken(_: Callable[[], Result]) -> Result:
                raise RuntimeError("no threads")

            ledger = Ledger(store, VirtualClock(), broken)
            puts = [ledger.put(Desk(name).piece()) for name in "ab"]
            return await asyncio.gather(*puts, return_exceptions=True)

        assert [type(one) for one in run(course())] == [RuntimeError, RuntimeError]


def test_a_piece_alone_forgets_what_was_rolled_back(migrated_file: Path) -> None:
    with stored(migrated_file) as store:
        desk = Desk("a")
        with pytest.raises(Refused):
            desk.piece(Refused()).alone(store)
        assert desk.remembered == 0
        assert desk.piece().alone(store) == "a"
        assert written(store) == {"a": 1}
