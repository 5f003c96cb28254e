"""Put on record what many machines tell at one moment: in one transaction, or each alone when one of them fails."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Any, Generic, TypeVar, cast

from dispenser.app.offload import Offload
from dispenser.store.session import Database, Transaction
from hal.clock import Clock

Result = TypeVar("Result")

GATHER_SECONDS = 0.05
"""Wait of the first piece for those of other machines."""


@dataclass(frozen=True, slots=True)
class Piece(Generic[Result]):
    """Something to do in a transaction that is shared with others."""

    write: Callable[[Transaction], Result]
    forget: Callable[[], None] = lambda: None
    """Drops whatever `write` remembers outside the transaction, which was rolled back."""

    def alone(self, database: Database) -> Result:
        """Do it in a transaction of its own.

        Raises:
            Exception: what `write` or the commit raised; nothing is written or remembered then.
        """
        try:
            with database.write() as tx:
                return self.write(tx)
        except BaseException:
            self.forget()
            raise


@dataclass(frozen=True, slots=True)
class _Waiting:
    piece: Piece[Any]
    done: asyncio.Future[Any]


class Ledger:
    """The database as the supervisors of all machines use it; of one event loop.

    The commit is what a machine's word costs most: those that come within `GATHER_SECONDS` share one.
    """

    def __init__(self, database: Database, clock: Clock, offload: Offload = asyncio.to_thread) -> None:
        """Prepare; `offload` does the work beside the loop."""
        self._database = database
        self._clock = clock
        self._offload = offload
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run database work beside the loop, so that the other machines are not kept waiting."""
        return await asyncio.shield(self._offload(work))

    async def put(self, piece: Piece[Result]) -> Result:
        """Do `piece` in a transaction, and return its result once that is committed.

        Cancelled before the work has begun, it is not done; later, it is.

        Raises:
            Exception: what the piece or the commit raised; nothing of the piece is written then.
        """
        waiting = _Waiting(piece, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all(), name="ledger")
        return cast("Result", await waiting.done)

    async def close(self) -> None:
        """Return once everything that was begun is done."""
        if self._writer is not None:
            await asyncio.wait({self._writer})

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await self._clock.sleep(GATHER_SECONDS)
                waiting, self._waiting = self._waiting, []
                if wanted := [one for one in waiting if not one.done.done()]:
                    await self._write(wanted)
        finally:
            self._writer = None

    async def _write(self, waiting: Sequence[_Waiting]) -> None:
        pieces = [one.piece for one in waiting]
        results: list[object] = []
        together = await self._done(partial(self._together, pieces, results))
        error = together.exception()
        is_commit = len(results) == len(pieces)
        for one, result in zip_longest(waiting, results):
            if error is None:
                _tell(one.done, result, None)
            elif is_commit or len(pieces) == 1:
                # After a failed commit nobody knows: all look anew.
                _tell(one.done, None, error)
            else:
                # One that failed is no reason to lose the others.
                alone = await self._done(partial(one.piece.alone, self._database))
                _tell(one.done, alone.result() if alone.exception() is None else None, alone.exception())

    async def _done(self, work: Callable[[], Result]) -> "asyncio.Future[Result]":
        """Return what has become of `work`, which may be an error."""
        future = asyncio.ensure_future(self._offload(work))
        await asyncio.wait({future})
        return future

    def _together(self, pieces: Sequence[Piece[Any]], results: list[object]) -> None:
        """Do all of `pieces` in one transaction; `results` stays empty when one of them failed."""
        try:
            with self._database.write() as tx:
                results += [piece.write(tx) for piece in pieces]
        except BaseException:
            for piece in pieces:
                piece.forget()
            raise


def _tell(done: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
