"""What the live view shows of each machine, as plain values; the page and its updates use the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, cast

from simulator.account import PouchAccount
from simulator.injectable import FAULTS, Fault
from simulator.machine import Machine
from simulator.orders import QUARTERS
from simulator.station import Station
from simulator.web_words import LANGUAGES, MODES, ORDER_STATES, REASONS, STATES, words

_WAITING: Final = frozenset({"Aborting", "Aborted", "Holding", "Held", "Suspending", "Suspended"})
SHOWN: Final = 8
"""Pouches of a machine that a page shows."""


@dataclass(frozen=True, slots=True)
class PouchView:
    """One of the last pouches."""

    film: int
    name: str
    outcome: str
    mark: str
    """packed, void or wrong."""
    told: str


@dataclass(frozen=True, slots=True)
class MachineView:
    """One machine: `fields` by name, texts that change while somebody looks."""

    id: str
    where: str
    mark: str
    """good, attention, alarm or dark."""
    fields: Mapping[str, str]
    pouches: tuple[PouchView, ...]
    faults: tuple[tuple[str, str], ...]


def machine_view(station: Station, language: str) -> MachineView:
    """Return what is shown of a machine."""
    word, seen = words(language), station.seen
    fields = {"packed": str(seen.packed), "void": str(seen.void), "wrong": str(seen.wrong)}
    mark = "dark"
    host = station.host
    if host is None:
        fields |= dict.fromkeys(("mode", "order", "alarms", "film"), "-") | {"state": word["dark"]}
    else:
        status, able = host.call(Machine.status_document), host.machine.capabilities_document()
        known = {one["code"]: one["text_da"] for one in cast("list[dict[str, str]]", able["alarms"])}
        fields |= _status(status, language, word, known)
        mark = _mark(status)
    return MachineView(
        id=station.spec.id,
        where=station.spec.where,
        mark=mark,
        fields=fields,
        pouches=tuple(_pouch(one, language, word) for one in islice(seen.last, SHOWN)),
        faults=tuple((fault.name, fault_text(fault, language)) for fault in _possible(station)),
    )


def fault_text(fault: Fault, language: str) -> str:
    """Return a fault in words, with its number."""
    return f"{fault.number}. {fault.text_da if language == 'da' else fault.text_en}"


def arguments_text(fault: Fault) -> str:
    """Return the arguments of a fault with their defaults."""
    return " ".join(f"{key}={fault.defaults.get(key, '...')}" for key in fault.arguments)


def _possible(station: Station) -> list[Fault]:
    has_line = station.spec.wire == "serial"
    return [fault for fault in FAULTS.values() if fault.where != "wire" or has_line]


def _status(
    status: Mapping[str, Any], language: str, word: Mapping[str, str], known: Mapping[str, str]
) -> dict[str, str]:
    place = LANGUAGES.index(language)
    state = str(status["state"])
    orders = [order for order in status["orders"] if order["state"] in {"loaded", "running", "held"}]
    told = [
        f"{order['order_id']}: {ORDER_STATES[order['state']][place]}, {order['closed']} {word['is_packed']}"
        for order in orders
    ]
    mode = MODES.get(status["mode"])
    return {
        "state": f"{STATES[state]} ({state})" if language == "da" else state,
        "mode": mode[place] if mode else str(status["mode"]),
        "order": "; ".join(told) or word["no_order"],
        "alarms": "; ".join(_alarm(one, known, language) for one in status["alarms"]) or word["no_alarms"],
        "film": str(status["film"]),
    }


def _alarm(alarm: Mapping[str, str], known: Mapping[str, str], language: str) -> str:
    text = known.get(alarm["code"], "") if language == "da" else ""
    return f"{text} {alarm['code']} {alarm['detail']}".strip()


def _mark(status: Mapping[str, Any]) -> str:
    if status["alarms"]:
        return "alarm"
    return "attention" if status["state"] in _WAITING else "good"


def _pouch(one: PouchAccount, language: str, word: Mapping[str, str]) -> PouchView:
    mark = "wrong" if one.is_wrong else one.outcome
    told = f"{word['counted']}: {_contents(one.counted)}. {word['true']}: {_contents(one.true)}"
    return PouchView(
        film=one.film,
        name=f"{one.order}-{one.pouch}",
        outcome=": ".join(filter(None, (word[f"is_{mark}"], _reason(one.reason, language)))),
        mark=mark,
        told=told,
    )


def _reason(reason: str, language: str) -> str:
    return REASONS.get(reason, reason) if language == "da" else reason


def _contents(contents: Mapping[str, int]) -> str:
    return ", ".join(f"{product} x {quarters / QUARTERS:g}" for product, quarters in sorted(contents.items())) or "0"
