"""What the machine answers to each PP-LIS message: the wire's words to the machine's own methods; pure."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from hal.wire import pplis, words
from simulator.ports.lis_records import Request, UnreadableError

Records = list[list[str]]
_LARGEST_NUMBER: Final = 2**63 - 1
_HEADROOM_BYTES: Final = 1_000


class Said(Protocol):
    """What a machine says to a command."""

    @property
    def ok(self) -> bool:
        """Whether it does it."""
        ...

    @property
    def reasons(self) -> Sequence[tuple[str, str]]:
        """Why not: (code, detail)."""
        ...


class Serviced(Protocol):
    """The methods of a machine that this wire uses."""

    def capabilities_document(self) -> dict[str, object]:
        """Return what it can do."""
        ...

    def status_document(self) -> dict[str, object]:
        """Return how it stands."""
        ...

    def bays_documents(self) -> list[dict[str, object]]:
        """Return its bays."""
        ...

    def hello(self, holder: str, epoch: int) -> Said:
        """Give it to a controller."""
        ...

    def store(self, document: str, digest: str) -> Said:
        """Load an order."""
        ...

    def start(self, epoch: int, command: int, number: int) -> Said:
        """Pack an order."""
        ...

    def pause(self, epoch: int, command: int) -> Said:
        """Pause."""
        ...

    def stop(self, epoch: int, command: int) -> Said:
        """Stop."""
        ...

    def acknowledge(self, epoch: int, boot_id: str, seq: int, head: str) -> Said:
        """Keep how far the journal is recorded."""
        ...

    def journal_after(self, boot_id: str, seq: int, limit: int) -> list[str]:
        """Return journal documents."""
        ...


def answer(machine: Serviced, request: Request) -> Records:
    """Do what `request` asks and return the body of the answer; a request that makes no sense is refused."""
    service = _SERVICES.get(request.kind)
    if service is None:
        return _refusal(request, [(words.BAD_DOCUMENT, f"no such kind of message: {request.kind}")])
    try:
        said, records = service(machine, request)
    except UnreadableError as error:
        return _refusal(request, [(words.BAD_DOCUMENT, str(error))])
    if said is not None and not said.ok:
        return _refusal(request, said.reasons)
    return [[pplis.ANSWER_RECORD, request.message_id, pplis.OK], *records]


def _refusal(request: Request, reasons: Sequence[tuple[str, str]]) -> Records:
    flat = [text for reason in reasons for text in reason]
    return [[pplis.ANSWER_RECORD, request.message_id, pplis.REFUSED, *flat]]


_Served = tuple[Said | None, Records]


def _hello(machine: Serviced, request: Request) -> _Served:
    holder, epoch, *known = request.only(pplis.COMMAND, 2, 3)
    said = machine.hello(holder, _number(epoch))
    document = _json(machine.capabilities_document())
    is_known = known == [hashlib.sha256(document.encode()).hexdigest()]
    return said, [] if is_known else [[pplis.CAPABILITY_RECORD, document]]


def _status(machine: Serviced, _request: Request) -> _Served:
    return None, [[pplis.STATUS_RECORD, _json(machine.status_document())]]


def _bays(machine: Serviced, _request: Request) -> _Served:
    keys = ("number", "canister_id", "fill_code", "product", "units")
    return None, [[pplis.BAY_RECORD, *(str(bay[key]) for key in keys)] for bay in machine.bays_documents()]


def _load(machine: Serviced, request: Request) -> _Served:
    (digest,) = request.only(pplis.ORDER_RECORD, 1)
    pieces = [record[1:] for record in request.records if record[0] == pplis.DOCUMENT_RECORD]
    if any(len(piece) != 1 for piece in pieces):
        raise UnreadableError("a D record has one field")
    return machine.store("".join(piece[0] for piece in pieces), digest), []


def _start(machine: Serviced, request: Request) -> _Served:
    epoch, command, number = request.only(pplis.COMMAND, 3)
    return machine.start(_number(epoch), _number(command), _number(number)), []


def _pause(machine: Serviced, request: Request) -> _Served:
    epoch, command = request.only(pplis.COMMAND, 2)
    return machine.pause(_number(epoch), _number(command)), []


def _stop(machine: Serviced, request: Request) -> _Served:
    epoch, command = request.only(pplis.COMMAND, 2)
    return machine.stop(_number(epoch), _number(command)), []


def _acknowledge(machine: Serviced, request: Request) -> _Served:
    epoch, boot_id, seq, head = request.only(pplis.COMMAND, 4)
    return machine.acknowledge(_number(epoch), boot_id, _number(seq), head), []


def _about(machine: Serviced, _request: Request) -> _Served:
    return None, [[pplis.CAPABILITY_RECORD, _json(machine.capabilities_document())]]


def _journal(machine: Serviced, request: Request) -> _Served:
    boot_id, seq, limit = request.only(pplis.QUERY_RECORD, 3)
    documents = machine.journal_after(boot_id, _number(seq), min(_number(limit), words.JOURNAL_READ_LIMIT))
    records: Records = []
    room = pplis.LARGEST_MESSAGE_BYTES - _HEADROOM_BYTES
    for document in documents:
        # At worst every byte of the text is escaped to three.
        room -= 3 * len(document.encode()) + 3
        if room < 0:
            break
        records.append([pplis.EVENT_RECORD, document])
    return None, records


_SERVICES: Final[dict[str, Callable[[Serviced, Request], _Served]]] = {
    pplis.HELLO: _hello,
    pplis.STATUS: _status,
    pplis.BAYS: _bays,
    pplis.LOAD: _load,
    pplis.START: _start,
    pplis.PAUSE: _pause,
    pplis.STOP: _stop,
    pplis.ACKNOWLEDGE: _acknowledge,
    pplis.ABOUT: _about,
    pplis.JOURNAL: _journal,
}


def _number(text: str) -> int:
    if (
        not (text.isascii() and text.isdecimal())
        or len(text) > len(str(_LARGEST_NUMBER))
        or int(text) > _LARGEST_NUMBER
    ):
        message = f"not a whole number: {text[:40]}"
        raise UnreadableError(message)
    return int(text)


def _json(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
