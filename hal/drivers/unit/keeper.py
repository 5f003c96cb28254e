"""Who holds a machine without a memory: its folder, its line and its hand, from the first driver to the last."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from hal.clock import Clock
from hal.drivers.unit.folder import Folder, FolderError
from hal.drivers.unit.hand import Hand, Wishes
from hal.drivers.unit.identity import identity_of, other_machine
from hal.drivers.unit.memory import KEPT_ENTRIES, Memory
from hal.drivers.unit.store import lines_ever
from hal.drivers.unit.wire import Exchange, UnitWire
from hal.errors import MachineError, OutcomeUnknownError, ProtocolViolationError, RefusedError, UnreachableError
from hal.status import Capabilities
from hal.wire import words

_REST_SECONDS: Final = 30.0
QUEUE_DEPTH: Final = 2


class Connection(Exchange, Protocol):
    """An `Exchange` that is opened and closed."""

    async def open(self) -> None:
        """Connect."""
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...


class Keeper:
    """The memory and the hand of one machine; shared by every driver object of this process for the same folder."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        connect: Callable[[Callable[[], None]], Connection],
        keeps: int = KEPT_ENTRIES,
    ) -> None:
        self._path = path
        self._keeps = keeps
        self._clock = clock
        self._connection = connect(self._rung)
        self.wire = UnitWire(self._connection)
        self._folder: Folder | None = None
        self._runner: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self.hand = Hand(self.wire, clock, self._rung)
        self._resumes = False
        self.users = 0
        self.sessions = 0
        self.commanding = 0
        """The newest session that has commanded; an older one never does again."""
        self.capabilities: Capabilities | None = None
        self.lost: str | None = "not connected"
        self.listeners: set[asyncio.Event] = set()

    @property
    def memory(self) -> Memory:
        """What is kept.

        Raises:
            UnreachableError: the folder is not held.
        """
        if self._folder is None:
            raise UnreachableError("the driver is not open")
        return self.hand.memory

    def hold(self) -> None:
        """Take the folder, and begin a boot unless this very process left it as it is.

        Raises:
            UnreachableError: somebody else has it, or it cannot be used.
        """
        if self._folder is not None:
            return
        try:
            folder = Folder(self._path)
        except FolderError as error:
            raise UnreachableError(str(error)) from error
        kept, lines = self.hand.memory_kept, 0
        try:
            lines = lines_ever(folder.read())
            self._require_no_less(lines)
            if kept is not None and lines == kept.lines:
                kept.attach(folder)
            else:
                fresh = Memory(folder, self._clock, self._keeps)
                fresh.boot(secrets.token_hex(8))
                self._resumes = False
                self.hand.begin(fresh)
            self._folder = folder
        except FolderError as error:
            raise UnreachableError(str(error)) from error
        finally:
            if self._folder is None:
                self.hand.memory_kept = kept if kept is not None and lines < kept.lines else None
                folder.close()

    def _require_no_less(self, lines: int) -> None:
        kept = self.hand.memory_kept
        if kept is not None and lines < kept.lines:
            message = f"{self._path} holds less than it did: this machine's memory was removed or set back"
            raise FolderError(message)

    async def connect(self) -> Capabilities:
        """Bring the machine under this memory: read what it is, settle what is not known, and go on.

        Raises:
            UnreachableError: it does not answer, or nothing can be kept.
            RefusedError: it does not let itself be armed, or it is another one than this memory is of.
            ProtocolViolationError: it is no such machine.
        """
        async with self._turn:
            if self.lost is None and self.capabilities is not None:
                return self.capabilities
            return await self._connect()

    async def _connect(self) -> Capabilities:
        await self._end_runner()
        await self._connection.close()
        try:
            await self._connection.open()
            told = await self.wire.about()
            if told.journal or told.idempotent_load:
                raise ProtocolViolationError("a machine that keeps a journal itself needs the driver of its own wire")
            self._require_same(told)
            if self._resumes and not await self.hand.has_kept_power():
                self.memory.boot(secrets.token_hex(8))
            if self.memory.open_pouch is not None:
                self.hand.give_up("outcome unknown")
            self._resumes = True
            self.hand.serial_number = told.serial_number
            self.hand.categories = {alarm.code: alarm.category for alarm in told.alarms}
            await self.hand.arm(encoder=told.encoder)
        except FolderError as error:
            raise UnreachableError(str(error)) from error
        except OutcomeUnknownError as error:
            # Whatever was fed meanwhile is a marked void film, and one is still owed.
            raise UnreachableError(str(error)) from error
        self.capabilities = replace(
            told,
            queue_depth=QUEUE_DEPTH,
            journal_depth=self._keeps,
            journal_keeper="driver",
            # The wire has no words for these.
            modes=(words.PRODUCE,),
            consumables=(),
        )
        self.lost = None
        self.hand.wishes = Wishes(pause=self.hand.wishes.pause)
        self._runner = asyncio.get_running_loop().create_task(self._run())
        self.wake()
        return self.capabilities

    def _require_same(self, told: Capabilities) -> None:
        """Go on only with the machine whose memory this is; the first one ever is that machine."""
        memory, machine = self.memory, identity_of(told)
        if not told.serial_number:
            raise ProtocolViolationError("the machine tells no serial number: whose memory this is cannot be known")
        if not memory.machine:
            memory.bind(machine)
        elif memory.machine != machine:
            raise RefusedError((other_machine(machine, memory.machine),))

    async def _run(self) -> None:
        why = "the driver's hand has stopped"
        try:
            await self.hand.run()
        except (MachineError, FolderError) as error:
            why = str(error)
        finally:
            self.lost = self.lost or why
            self._rung()

    async def rest(self) -> None:
        """Finish the pouch in work, disconnect, and give the folder free."""
        self.hand.wishes.rest = True
        self.wake()
        if self._runner is not None and self.lost is None:
            await asyncio.wait({self._runner}, timeout=_REST_SECONDS)
        await self._end_runner()
        self.lost = "not connected"
        self.wake()
        await self._connection.close()
        if self._folder is not None:
            self._folder.close()
            self._folder = None

    def lose(self, why: str) -> None:
        """Take the machine for lost until it is connected again; the pouch in work gets no outcome."""
        self.lost = why
        if self._runner is not None:
            self._runner.cancel()
        self._rung()

    def wake(self) -> None:
        """Look at wishes and orders again, and let everybody know."""
        self._rung()

    def _rung(self) -> None:
        self.hand.bell.set()
        for listener in self.listeners:
            listener.set()

    async def _end_runner(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.cancel()
            await asyncio.wait({runner})
        self.hand.bell = asyncio.Event()
