"""The unit wire as calls: what the machine is asked, and what it answers, read strictly."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from hal.clock import Clock
from hal.documents import capabilities_of
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.answers import accept, bay_of, only
from hal.drivers.pplis.line import Line
from hal.drivers.pplis.records import Message, Record, encode
from hal.drivers.pplis.timers import LinkTimers
from hal.drivers.unit.memory import Fact
from hal.errors import OutcomeUnknownError, ProtocolViolationError, UnreachableError
from hal.orders import BayPick, PouchOrder
from hal.status import Alarm, Bay, Capabilities
from hal.strict import Reader, parsed
from hal.transport.serial import Opener, open_line
from hal.wire import pplis, unit, words

_READ_TRIES = 2
_FACTS = frozenset({words.DROPPED, words.SEALED, words.PRINTED, words.INSPECTED})
_OUTCOMES = frozenset({words.PACKED, words.VOID, unit.NONE})
_DRAIN_FRAMES = 2
_HIGHEST_FILM = 2**62
_FILM_DIGITS = len(str(_HIGHEST_FILM))


class Exchange(Protocol):
    """One message and its answer, once; see `hal.drivers.pplis.line.Line.exchange` for what it raises."""

    async def __call__(self, kind: str, body: Sequence[Record]) -> Message:
        """Send a message of `kind` and return the answer to it, whatever it says."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """How far a pouch is: `outcome` is empty while it is in work; `film` is None without an encoder."""

    outcome: str
    reason: str
    film: int | None
    alarms: tuple[Alarm, ...]
    facts: tuple[Fact, ...]


class UnitWire:
    """The machine's messages over an `Exchange`; what is asked but not commanded is asked twice at most."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def about(self) -> Capabilities:
        """Return what the machine says that it can do."""
        return capabilities_of(only(await self._ask(unit.ABOUT, []), pplis.CAPABILITY_RECORD))

    async def bays(self) -> tuple[Bay, ...]:
        """Return the bays that hold a canister."""
        answer = await self._ask(unit.BAYS, [])
        bays = tuple(bay_of(fields) for fields in answer.fields_of(pplis.BAY_RECORD))
        if len({bay.number for bay in bays}) != len(bays):
            raise ProtocolViolationError("one bay stands twice")
        return bays

    async def state(self, token: str) -> tuple[bool, tuple[Alarm, ...]]:
        """Return whether the machine packs under `token`, and the standing alarms."""
        answer = await self._ask(unit.STATE, [(unit.COMMAND, token)])
        word = only(answer, unit.PROGRESS)
        if word not in {unit.ARMED, unit.UNARMED}:
            message = f"neither armed nor unarmed: {word[:40]}"
            raise ProtocolViolationError(message)
        return word == unit.ARMED, _alarms(answer)

    async def arm(self, token: str, serial_number: str) -> int | None:
        """Let the machine with that number pack under `token` alone, and return its film index."""
        answer = await self._exchange(unit.ARM, [(unit.COMMAND, token, serial_number)])
        accept(answer)
        return _film(answer)

    async def pack(self, token: str, number: int, pouch: PouchOrder) -> None:
        """Begin a pouch; never repeated."""
        body: list[Record] = [(unit.COMMAND, token, str(number)), (unit.POUCH, str(pouch.number), pouch.symbol)]
        body += [(unit.LINE, line) for line in pouch.lines]
        for pick in pouch.picks:
            if isinstance(pick, BayPick):
                tag = (pick.canister_id, pick.fill_code, pick.product)
                body.append((unit.BAY_PICK, str(pick.bay), *tag, str(pick.units)))
            else:
                body.append((unit.CELL_PICK, str(pick.cell), pick.product, str(pick.quarters)))
        accept(await self._exchange(unit.PACK, body))

    async def result(self, token: str, number: int) -> Result:
        """Return how far the pouch `number` under `token` is."""
        answer = await self._ask(unit.RESULT, [(unit.COMMAND, token, str(number))])
        progress = answer.fields_of(unit.PROGRESS)
        if progress == ((unit.WORKING,),):
            return Result("", "", _film(answer), _alarms(answer), ())
        if len(progress) != 1 or len(progress[0]) != len((unit.DONE, "", "")) or progress[0][1] not in _OUTCOMES:
            message = f"neither working nor done: {progress}"
            raise ProtocolViolationError(message)
        facts = tuple(_fact(fields) for fields in answer.fields_of(unit.FACT))
        return Result(progress[0][1], progress[0][2], _film(answer), _alarms(answer), facts)

    async def _ask(self, kind: str, body: Sequence[Record]) -> Message:
        for left in reversed(range(_READ_TRIES)):
            try:
                answer = await self._exchange(kind, body)
            except OutcomeUnknownError as error:
                if not left:
                    raise UnreachableError(str(error)) from error
            else:
                accept(answer)
                return answer
        raise UnreachableError("never asked")


class SerialExchange:
    """An `Exchange` over one serial line, from `open` to `close`; `bell` is called when the machine rings."""

    def __init__(self, address: Address, clock: Clock, bell: Callable[[], None], opener: Opener = open_line) -> None:
        self._address = address
        self._clock = clock
        self._bell = bell
        self._opener = opener
        self._line: Line | None = None
        self._turn = asyncio.Lock()
        self._session = ""
        self._count = 0

    async def open(self) -> None:
        """Connect, and let whatever is still under way on the line run out."""
        # A late answer to an earlier session on the same wire must never match a message of this one.
        self._session = secrets.token_hex(4)
        timers = LinkTimers.fast(self._address.timers, self._address.baud)
        line = Line(self._clock, timers, self._address.patience, self._rung, self._ended, self._opener)
        await line.open(self._address.url, self._address.baud)
        self._line = line
        self._turn = asyncio.Lock()
        await self._clock.sleep(_DRAIN_FRAMES * pplis.FRAME_BYTES * 10 / self._address.baud)

    async def close(self) -> None:
        """Disconnect."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    async def __call__(self, kind: str, body: Sequence[Record]) -> Message:
        """Send one message, once, and return the answer."""
        async with self._turn:
            line = self._line
            if line is None:
                raise UnreachableError("the line is not open")
            if line.lost is not None:
                raise UnreachableError(line.lost)
            self._count += 1
            message_id = f"{self._session}.{self._count}"
            utc = self._clock.now().isoformat(timespec="milliseconds")
            message = Message(message_id, "host", "machine", "", utc, kind, tuple(body))
            return await line.exchange(message_id, encode(message))

    def _rung(self, _message: Message) -> None:
        self._bell()

    def _ended(self, _reason: str) -> None:
        self._bell()


def _film(answer: Message) -> int | None:
    text = only(answer, unit.FILM)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > _FILM_DIGITS or int(text) > _HIGHEST_FILM:
        message = f"no film index: {text[:40]}"
        raise ProtocolViolationError(message)
    return int(text)


def _alarms(answer: Message) -> tuple[Alarm, ...]:
    records = answer.fields_of(unit.ALARM)
    if any(len(fields) != len(("code", "detail")) for fields in records):
        raise ProtocolViolationError("an alarm is a code and a detail")
    return tuple(Alarm(code, detail) for code, detail in records)


def _fact(fields: Record) -> Fact:
    if len(fields) != len(("kind", "fields")) or fields[0] not in _FACTS:
        message = f"no fact about a pouch: {fields[:1]}"
        raise ProtocolViolationError(message)
    told = Reader("fact", {"fields": parsed("fact", fields[1])}, ("fields",))
    return Fact(fields[0], fields=told.values("fields"))
