"""The journal of a machine without a fault, as its wire tells it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from hal.journal import FieldValue, JournalEntry
from hal.orders import BayPick, PackingOrder, Pick, PouchOrder
from hal.wire import words
from safety.pouch_checks import printed_digest

BOOT: Final = "boot-1"
SEAL_DC: Final = 1_450
DROP_MS: Final = 60
"""Milliseconds between two units that fall."""
FIRST_FILM: Final = 100
"""Film index of the first pouch; an order's films follow each other."""


def journal_of(order: PackingOrder) -> tuple[JournalEntry, ...]:
    """Return what a machine writes when it packs `order` without any mishap, `seq` from 1."""
    told: list[tuple[str, int, dict[str, FieldValue]]] = [(words.ORDER_CHANGED, -1, {"state": "running", "closed": 0})]
    for film, pouch in enumerate(order.pouches, start=FIRST_FILM):
        told.extend((kind, pouch.number, fields) for kind, fields in _pouch(pouch, film))
    told.append((words.ORDER_CHANGED, -1, {"state": "ended", "closed": len(order.pouches)}))
    return numbered_entries(
        JournalEntry(BOOT, 1, 1, "2026-11-23T08:00:00Z", kind, order.number, pouch, fields)
        for kind, pouch, fields in told
    )


def numbered_entries(entries: Iterable[JournalEntry]) -> tuple[JournalEntry, ...]:
    """Return `entries` with `seq` from 1 and no gap."""
    return tuple(replace(entry, seq=seq) for seq, entry in enumerate(entries, start=1))


def _pouch(pouch: PouchOrder, film: int) -> list[tuple[str, dict[str, FieldValue]]]:
    return [
        (words.POUCH_STARTED, {"film": film}),
        *((words.DROPPED, _drop(pick)) for pick in pouch.picks),
        (words.SEALED, {"film": film, "temperature_dc": SEAL_DC}),
        (words.PRINTED, {"film": film, "digest": printed_digest(pouch)}),
        (words.INSPECTED, {"film": film, "result": "pass", "read": pouch.symbol}),
        (words.POUCH_CLOSED, {"film": film, "outcome": words.PACKED, "reason": ""}),
    ]


def _drop(pick: Pick) -> dict[str, FieldValue]:
    if isinstance(pick, BayPick):
        return {
            "bay": pick.bay,
            "canister": pick.canister_id,
            "fill": pick.fill_code,
            "product": pick.product,
            "commanded": pick.units,
            "counted": pick.units,
            "ms": DROP_MS * (pick.units - 1),
        }
    counts: dict[str, FieldValue] = {"commanded": pick.quarters, "counted": pick.quarters, "ms": 0}
    return {"cell": pick.cell, "product": pick.product, **counts}
