"""Put on record what many machines tell at one moment: in one transaction, or each alone when one of them fails."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
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
                await self._write([one for one in waiting if not one.done.done()])
        finally:
            self._writer = None

    async def _write(self, waiting: Sequence[_Waiting]) -> None:
        pieces = [one.piece for one in waiting]
        try:
            outcomes = await self._offload(partial(self._together, pieces))
        except Exception as error:  # noqa: BLE001 - whatever it is, each of those who wait must be told
            outcomes = [error] * len(pieces)
        for one, outcome in zip(waiting, outcomes, strict=True):
            if one.done.done():
                continue
            if isinstance(outcome, Exception):
                one.done.set_exception(outcome)
            else:
                one.done.set_result(outcome)

    def _together(self, pieces: Sequence[Piece[Any]]) -> list[object]:
        """Return the result of each piece, or its error, which no other piece suffers from."""
        results: list[object] = []
        try:
            with self._database.write() as tx:
                results += [piece.write(tx) for piece in pieces]
        except BaseException as error:
            for piece in pieces:
                piece.forget()
            # One that failed is no reason to lose the others. After a failed commit nobody knows: all look anew.
            if isinstance(error, Exception) and not results and len(pieces) > 1:
                return [self._outcome(piece) for piece in pieces]
            raise
        return results

    def _outcome(self, piece: Piece[Any]) -> object:
        try:
            return piece.alone(self._database)
        except Exception as error:  # noqa: BLE001 - raised where its piece is waited for
            return error
