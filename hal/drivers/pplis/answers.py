"""Answers of a machine on a PP-LIS link, read strictly; what is not as it should be is a `ProtocolViolationError`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from hal.documents import status_of
from hal.drivers.pplis.records import Message, Record
from hal.errors import ProtocolViolationError, Reason, RefusedError
from hal.status import Bay, MachineStatus
from hal.wire import pplis

_BAY_FIELDS: Final = 5
_REFUSAL_AT: Final = 2
_DIGITS: Final = 18
"""Of a whole number at most, so that it fits 63 bits."""


class Looks:
    """How the machine stands; `ask` sends a request without a body and returns its answer."""

    def __init__(self, ask: Callable[[str], Awaitable[Message]]) -> None:
        self._ask = ask

    async def read_status(self) -> MachineStatus:
        """Return its status."""
        return status_of(only(await self._ask(pplis.STATUS), pplis.STATUS_RECORD))

    async def read_bays(self) -> Sequence[Bay]:
        """Return the bays that hold a canister."""
        answer = await self._ask(pplis.BAYS)
        bays = [bay_of(fields) for fields in answer.fields_of(pplis.BAY_RECORD)]
        if len({bay.number for bay in bays}) != len(bays):
            raise ProtocolViolationError("one bay stands twice")
        return bays


def accept(answer: Message) -> None:
    """Return when the answer says OK.

    Raises:
        RefusedError: it says no.
        ProtocolViolationError: it says neither.
    """
    answers = answer.fields_of(pplis.ANSWER_RECORD)
    if answer.kind != pplis.ANSWER or len(answers) != 1:
        raise ProtocolViolationError("an answer must be of kind ANSWER and have one A record")
    fields = answers[0]
    if fields[1:] == (pplis.OK,):
        return
    codes, details = fields[_REFUSAL_AT::2], fields[_REFUSAL_AT + 1 :: 2]
    if fields[1:_REFUSAL_AT] != (pplis.REFUSED,) or not codes or len(codes) != len(details):
        message = f"neither OK nor a refusal with reasons: {fields[1:]}"
        raise ProtocolViolationError(message)
    raise RefusedError(tuple(Reason(code, detail) for code, detail in zip(codes, details, strict=True)))


def only(answer: Message, record_type: str) -> str:
    """Return the one field of the one record of this type."""
    records = answer.fields_of(record_type)
    if len(records) != 1:
        message = f"{len(records)} {record_type} records instead of one"
        raise ProtocolViolationError(message)
    return single(records[0])


def single(fields: Record) -> str:
    """Return the one field of a record."""
    if len(fields) != 1:
        message = f"{len(fields)} fields instead of one"
        raise ProtocolViolationError(message)
    return fields[0]


def bay_of(fields: Record) -> Bay:
    """Return the bay of a B record."""
    if len(fields) != _BAY_FIELDS or not all(_is_count(fields[at]) for at in (0, 4)):
        message = f"not a bay: {str(fields)[:200]}"
        raise ProtocolViolationError(message)
    return Bay(int(fields[0]), fields[1], fields[2], fields[3], int(fields[4]))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS
