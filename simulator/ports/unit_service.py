"""What a machine without a journal answers: one pouch per command, and nothing that survives a power cut but its film.

The physics are those of every simulated machine: a pouch is packed as an order of one pouch, whose number, journal and
order table never leave this module. What it knows of the controller is gone with its power, as `boot_id` tells here.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Final

from hal.wire import pplis, unit, words
from simulator import capabilities
from simulator.logbook import encode
from simulator.machine import Answer, Machine
from simulator.ports.lis_records import Request, UnreadableError

Records = list[list[str]]
_FACTS: Final = frozenset({words.DROPPED, words.SEALED, words.PRINTED, words.INSPECTED})
_OVER: Final = frozenset({"ended", "interrupted"})
_ENTRIES: Final = 1_000
_ENCODER: Final = "encoder"


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """The machine says no."""

    def __init__(self, *reasons: tuple[str, str]) -> None:
        super().__init__(reasons)
        self.reasons = reasons


class UnitDesk:
    """Answers the unit wire for whatever machine stands behind it."""

    def __init__(self) -> None:
        self._boot = ""
        self._forget()

    def _forget(self) -> None:
        self._token = ""
        self._last = 0
        self._order = 0
        self._since = 0

    def tick(self, machine: Machine) -> None:
        """Let a machine that was without power know nothing, and end a pouch that did not become anything."""
        if machine.boot_id != self._boot:
            self._boot = machine.boot_id
            self._forget()
        if self._order and self._state(machine) not in _OVER and self._closed(machine):
            machine.stop(self._epoch(machine), self._command(machine))

    def answer(self, machine: Machine, request: Request) -> Records:
        """Do what `request` asks and return the body of the answer."""
        self.tick(machine)
        service = _SERVICES.get(request.kind)
        if service is None:
            return _refusal(request, Refused((words.BAD_DOCUMENT, f"no such kind of message: {request.kind}")))
        try:
            records = service(self, machine, request)
        except UnreadableError as error:
            return _refusal(request, Refused((words.BAD_DOCUMENT, str(error))))
        except Refused as refused:
            return _refusal(request, refused)
        return [[pplis.ANSWER_RECORD, request.message_id, pplis.OK], *records]

    # -- Messages -------------------------------------------------------------------------------------------------

    def about(self, machine: Machine, _request: Request) -> Records:
        """Tell what the machine can do."""
        return [[pplis.CAPABILITY_RECORD, encode(machine.capabilities_document())]]

    def bays(self, machine: Machine, _request: Request) -> Records:
        """Tell the bays that hold a canister."""
        keys = ("number", "canister_id", "fill_code", "product", "units")
        return [[pplis.BAY_RECORD, *(str(bay[key]) for key in keys)] for bay in machine.bays_documents()]

    def state(self, machine: Machine, request: Request) -> Records:
        """Tell whether it is armed under a token, film index and alarms."""
        (token,) = request.only(unit.COMMAND, 1)
        is_armed = bool(token) and token == self._token
        return [[unit.PROGRESS, unit.ARMED if is_armed else unit.UNARMED], self._film(machine), *_alarms(machine)]

    def arm(self, machine: Machine, request: Request) -> Records:
        """Pack under this token alone; what is in work ends at the pouch boundary and is of no use to anybody."""
        token, serial_number = request.only(unit.COMMAND, 2)
        if serial_number != machine.spec.id:
            raise Refused((words.OTHER_MACHINE, f"this is {machine.spec.id}, not {serial_number[:40]}"))
        if self._order and self._state(machine) not in _OVER:
            machine.stop(self._epoch(machine), self._command(machine))
        if machine.state == "Aborted":
            machine.command("Clear")
        self._forget()
        self._token = token
        return [self._film(machine)]

    def pack(self, machine: Machine, request: Request) -> Records:
        """Begin a pouch."""
        number = self._addressed(request)
        if number == self._last:
            return []
        if number != self._last + 1:
            raise Refused((words.STALE_COMMAND, f"command {number}, the last one was {self._last}"))
        status = machine.status_document()
        if any(one["state"] not in _OVER for one in _orders(status)):
            raise Refused((words.WRONG_STATE, "a pouch is in work"))
        order = int(str(status["high_water"])) + 1
        text = encode(_document(machine, request, order, self._epoch(machine)))
        since = machine.last_seq
        _require(machine.store(text, hashlib.sha256(text.encode()).hexdigest()))
        self._order, self._since = order, since
        started = machine.start(self._epoch(machine), self._command(machine), order)
        if not started.ok:
            machine.stop(self._epoch(machine), self._command(machine))
            self._order = 0
        _require(started)
        self._last = number
        return []

    def result(self, machine: Machine, request: Request) -> Records:
        """Tell how far the pouch is."""
        number = self._addressed(request)
        if number != self._last or not self._order:
            raise Refused((words.STALE_COMMAND, f"command {number}, the last one was {self._last}"))
        told = [self._film(machine), *_alarms(machine)]
        if self._state(machine) not in _OVER:
            return [[unit.PROGRESS, unit.WORKING], *told]
        closed = self._closed(machine)
        outcome = (str(closed["outcome"]), str(closed["reason"])) if closed else (unit.NONE, "not begun")
        facts = [
            [unit.FACT, kind, encode({name: value for name, value in fields.items() if name != "film"})]
            for kind, fields in self._entries(machine)
            if kind in _FACTS
        ]
        return [[unit.PROGRESS, unit.DONE, *outcome], *told, *facts]

    # -- What it knows --------------------------------------------------------------------------------------------

    def _addressed(self, request: Request) -> int:
        token, number = request.only(unit.COMMAND, 2)
        if not self._token or token != self._token:
            raise Refused((words.WRONG_STATE, "not armed under this token"))
        return _number(number)

    def _entries(self, machine: Machine) -> list[tuple[str, dict[str, object]]]:
        entries = [json.loads(text) for text in machine.journal_after(self._boot, self._since, _ENTRIES)]
        return [(entry["kind"], entry["fields"]) for entry in entries if entry["order"] == self._order]

    def _closed(self, machine: Machine) -> dict[str, object] | None:
        return next((fields for kind, fields in self._entries(machine) if kind == words.POUCH_CLOSED), None)

    def _state(self, machine: Machine) -> str:
        orders = _orders(machine.status_document())
        found = [one["state"] for one in orders if one["number"] == self._order]
        return str(found[0]) if found else ""

    def _film(self, machine: Machine) -> list[str]:
        has_index = machine.spec.personality == _ENCODER
        return [unit.FILM, str(machine.status_document()["film"]) if has_index else ""]

    @staticmethod
    def _epoch(machine: Machine) -> int:
        return int(str(machine.status_document()["epoch"]))

    @staticmethod
    def _command(machine: Machine) -> int:
        return int(str(machine.status_document()["command"])) + 1


def _document(machine: Machine, request: Request, number: int, epoch: int) -> dict[str, object]:
    pouch, symbol = request.only(unit.POUCH, 2)
    picks: list[dict[str, object]] = []
    lines: list[str] = []
    for record in request.records:
        match record:
            case [unit.LINE, line]:
                lines.append(line)
            case [unit.BAY_PICK, bay, canister, fill, product, units]:
                tag = {"canister": canister, "fill": fill, "product": product}
                picks.append({"bay": _number(bay), **tag, "units": _number(units)})
            case [unit.CELL_PICK, cell, product, quarters]:
                picks.append({"cell": _number(cell), "product": product, "quarters": _number(quarters)})
            case [unit.COMMAND | unit.POUCH, *_]:
                pass
            case _:
                message = f"no record of a pouch: {record[0]}"
                raise UnreadableError(message)
    made = {"number": _number(pouch), "symbol": symbol, "lines": lines, "picks": picks}
    digest = capabilities.digest(machine.spec)
    return {"order_id": "unit", "number": number, "epoch": epoch, "capabilities": digest, "pouches": [made]}


def _orders(status: dict[str, object]) -> list[dict[str, object]]:
    orders = status["orders"]
    return orders if isinstance(orders, list) else []


def _alarms(machine: Machine) -> Records:
    alarms = machine.status_document()["alarms"]
    if not isinstance(alarms, list):
        return []
    return [[unit.ALARM, str(alarm["code"]), str(alarm["detail"])] for alarm in alarms]


def _require(answer: Answer) -> None:
    if not answer.ok:
        raise Refused(*answer.reasons)


def _refusal(request: Request, refused: Refused) -> Records:
    flat = [text for reason in refused.reasons for text in reason]
    return [[pplis.ANSWER_RECORD, request.message_id, pplis.REFUSED, *flat]]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(2**62)):
        message = f"not a whole number: {text[:40]}"
        raise UnreadableError(message)
    return int(text)


_SERVICES: Final[dict[str, Callable[[UnitDesk, Machine, Request], Records]]] = {
    unit.ABOUT: UnitDesk.about,
    unit.BAYS: UnitDesk.bays,
    unit.STATE: UnitDesk.state,
    unit.ARM: UnitDesk.arm,
    unit.PACK: UnitDesk.pack,
    unit.RESULT: UnitDesk.result,
}
