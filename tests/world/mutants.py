"""Seeded bugs of the protocol, one at a time: what the oracle must find, or it proves nothing."""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

import dispenser.app.bookkeeping
import dispenser.app.judging
import dispenser.app.record_trust
import dispenser.app.supervise
import hal.documents
import hal.drivers.pplis.driver
import simulator.assembly
from dispenser.app.bookkeeping import Book
from dispenser.app.reconcile import Found
from dispenser.app.supervise import Supervisor
from dispenser.store.discards import Discards
from dispenser.store.machine_records import Standing
from dispenser.store.machines import Machines
from hal.documents import entries_of
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import MachineError, OutcomeUnknownError
from hal.journal import Cursor, JournalEntry, Mark, chain, entry_of
from hal.wire.words import PACKED
from simulator.fence import Fence
from simulator.logbook import Logbook
from simulator.orderbook import OrderBook
from simulator.pouch import Pouch
from simulator.recall import recall as recall_log
from tests.world.machines import Box

Patch = Callable[[object, str, object], None]


def _nothing(*_arguments: object, **_named: object) -> tuple[()]:
    return ()


def no_tombstone(patch: Patch) -> None:
    """The machine forgets its orders when its power goes, and makes any of them again."""
    right = OrderBook.__init__

    def forgetful(self: OrderBook, log: Logbook, depth: int, *_known: object) -> None:
        right(self, log, depth)

    patch(OrderBook, "__init__", forgetful)


def power_loss_is_packed(patch: Patch) -> None:
    """The machine counts the pouch in work as packed when its power comes back, and goes on behind it."""
    right = simulator.assembly.close  # type: ignore[attr-defined]

    def blind(log: Logbook, pouch: Pouch, _outcome: str, _reason: str) -> None:
        right(log, pouch, PACKED, "")

    patch(simulator.assembly, "close", blind)


def resent_write(patch: Patch) -> None:
    """The driver sends a command again when no answer comes."""
    right = PplisDriver._command

    async def stubborn(self: PplisDriver, kind: str, *fields: str) -> None:
        try:
            await right(self, kind, *fields)
        except OutcomeUnknownError:
            await right(self, kind, *fields)

    patch(PplisDriver, "_command", stubborn)


def unknown_is_packed(patch: Patch) -> None:
    """The controller takes what was under way when an order ended as packed."""
    patch(dispenser.app.bookkeeping, "OPEN_POUCH", frozenset[str]())


def no_database_fence(patch: Patch) -> None:
    """A controller that was overtaken goes on writing."""
    patch(dispenser.app.bookkeeping, "check_lease", _nothing)


def no_machine_fence(patch: Patch) -> None:
    """The machine obeys whoever speaks."""

    def _anyone(_self: Fence, _epoch: int) -> None:
        return None

    patch(Fence, "refusal", _anyone)


def journal_gap_ignored(patch: Patch) -> None:
    """The driver loses an entry in a while, and nobody misses it."""

    def leaky(texts: Iterable[str], cursor: Cursor, limit: int) -> tuple[JournalEntry, ...]:
        entries = entries_of(list(texts), cursor, limit)
        return tuple(entry for entry in entries if entry.seq % 9 or entry is entries[-1])

    patch(hal.drivers.pplis.driver, "entries_of", leaky)
    patch(dispenser.app.bookkeeping, "require_continuity", _nothing)
    patch(dispenser.app.supervise, "check_head", _nothing)
    patch(dispenser.app.supervise, "check_mark", _nothing)


def film_reused(patch: Patch) -> None:
    """The machine forgets the film that was in work when its power went."""

    def short(lines: Sequence[str]) -> object:
        known = recall_log(lines)
        if known.pouch is not None:
            known.supplied.film -= 1
        return known

    patch(simulator.assembly, "recall", short)


def acknowledged_before_commit(patch: Patch) -> None:
    """The controller tells the machine that it has recorded what it only has read."""
    right = Supervisor._read_on

    async def hasty(self: Supervisor, mark: Mark, *, apart: bool = False) -> Mark:
        with suppress(MachineError):
            head = mark.head
            entries = await self._driver.journal_after(mark.cursor, 500)
            for entry in entries:
                head = chain(head, entry)
            if entries:
                await self._driver.acknowledge(Mark(Cursor(entries[-1].boot_id, entries[-1].seq), head))
        return await right(self, mark, apart=apart)

    patch(Supervisor, "_read_on", hasty)


def void_roll_goes_on(patch: Patch) -> None:
    """A roll that is out of use is packed to its end."""

    def _never(_self: Book, _job: object) -> bool:
        return False

    patch(Book, "is_void", _never)
    patch(Standing, "is_void", property(lambda _: False))


def order_number_reused(patch: Patch) -> None:
    """The controller gives the same number to every order."""

    def same(_self: Machines, _machine_id: object, above: int = 0) -> int:
        return max(1, above)

    patch(Machines, "take_order_number", same)


def older_record_accepted(patch: Patch) -> None:
    """A restored database serves machines that know more than it does."""
    for check in ("check_record", "check_mark", "check_head"):
        patch(dispenser.app.supervise, check, _nothing)
    for check in ("check_under_way", "check_film"):
        patch(dispenser.app.bookkeeping, check, _nothing)


def witness_unheard(patch: Patch) -> None:
    """A restored database serves the others while the machine that knows more is off."""
    patch(dispenser.app.record_trust, "check_witness", _nothing)


def never_loaded(patch: Patch) -> None:
    """After every loss of the link the controller believes that its order never arrived."""

    def gone(_status: object, _number: int) -> Found:
        return Found.NEVER_LOADED

    patch(dispenser.app.supervise, "found_order", gone)


def missing_forgotten(patch: Patch) -> None:
    """What an interrupted order leaves is never packed."""
    patch(dispenser.app.bookkeeping, "queue_job", _nothing)


def discards_forgotten(patch: Patch) -> None:
    """Nobody is told which pouches a changed plan makes wrong."""
    patch(Discards, "add", _nothing)


def change_unheard(patch: Patch) -> None:
    """A new plan is taken, and what is under way under the old one goes on."""
    patch(dispenser.app.judging, "supersede", _nothing)


def visible_before_kept(patch: Patch) -> None:
    """The machine shows what its memory has not kept when the power goes."""
    right = Box.power_off

    def forgetful(self: Box) -> None:
        right(self)
        del self.memory.lines[-2:]

    patch(Box, "power_off", forgetful)


def swapped_labels(patch: Patch) -> None:
    """The reading of the journal swaps the numbers of two pouches."""

    def swapped(document: str) -> JournalEntry:
        entry = entry_of(document)
        return replace(entry, pouch={1: 2, 2: 1}.get(entry.pouch, entry.pouch))

    patch(hal.documents, "entry_of", swapped)


MUTANTS: Final[dict[str, Callable[[Patch], None]]] = {
    mutant.__name__: mutant
    for mutant in (
        no_tombstone,
        power_loss_is_packed,
        resent_write,
        unknown_is_packed,
        no_database_fence,
        no_machine_fence,
        journal_gap_ignored,
        film_reused,
        acknowledged_before_commit,
        void_roll_goes_on,
        order_number_reused,
        older_record_accepted,
        witness_unheard,
        never_loaded,
        missing_forgotten,
        discards_forgotten,
        change_unheard,
        visible_before_kept,
        swapped_labels,
    )
}


@contextmanager
def mutated(name: str) -> Generator[None]:
    """Run the block with one bug in the product or the simulator."""
    before: list[tuple[object, str, object]] = []

    def patch(where: object, attribute: str, value: object) -> None:
        before.append((where, attribute, getattr(where, attribute)))
        setattr(where, attribute, value)

    MUTANTS[name](patch)
    try:
        yield
    finally:
        for where, attribute, value in reversed(before):
            setattr(where, attribute, value)
