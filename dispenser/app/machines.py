"""What is known of the machines between two looks at them: stock and limits, as the store last heard."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from enum import Enum
from functools import lru_cache

from dispenser.app.told import Note
from dispenser.core.ids import MachineId, ProductId
from dispenser.core.packing import PouchLimits
from dispenser.core.stock import LoadedCanister, MachineStock
from dispenser.store.records import MachineRecord
from dispenser.store.session import Transaction
from hal.documents import bays_of
from hal.documents import capabilities_of as parsed_capabilities
from hal.status import Bay, Capabilities, MachineStatus
from hal.wire import words

_BAY = tuple(field.name for field in fields(Bay))


_MOST_KINDS = 256
"""Capability documents that are kept as they were read; every order asks for those of all machines."""
capabilities_of = lru_cache(_MOST_KINDS)(parsed_capabilities)


class NoMachineKnownError(Exception):
    """No machine has ever answered, so nobody knows what a pouch may hold."""


def stock_of(machine_id: MachineId, capabilities: Capabilities, bays: Sequence[Bay]) -> MachineStock:
    """Return what a machine can pack from, in the core's words."""
    return MachineStock(
        machine_id,
        tuple(
            LoadedCanister(bay.number, bay.canister_id, bay.fill_code, ProductId(bay.product), bay.units)
            for bay in bays
        ),
        capabilities.tray_cells,
        capabilities.pouch_units,
        capabilities.pouch_volume_mm3,
    )


def known_stocks(records: Sequence[MachineRecord]) -> tuple[MachineStock, ...]:
    """Return the stock of every machine that has answered at least once."""
    return tuple(
        stock_of(record.machine_id, capabilities_of(record.capabilities), bays_of_snapshot(record.status))
        for record in records
        if record.capabilities is not None and record.status is not None
    )


def capabilities_by_machine(records: Sequence[MachineRecord]) -> dict[str, Capabilities]:
    """Return what every machine that ever answered says it is, by machine id."""
    return {
        str(record.machine_id): capabilities_of(record.capabilities)
        for record in records
        if record.capabilities is not None
    }


def limits_of(stocks: Sequence[MachineStock]) -> PouchLimits:
    """Return the limits that every known machine keeps, so that any of them can pack any roll.

    Raises:
        NoMachineKnownError: no machine is known.
    """
    if not stocks:
        raise NoMachineKnownError
    volumes = [stock.pouch_volume_mm3 for stock in stocks if stock.pouch_volume_mm3]
    return PouchLimits(min(stock.pouch_units for stock in stocks), min(volumes, default=0))


def last_film(tx: Transaction, machine_id: MachineId) -> int | None:
    """Return the number of the last physical pouch of a machine that is on record; None when there is none."""
    closed = tx.journal.last_of(machine_id, words.POUCH_CLOSED)
    return int(closed.fields["film"]) if closed is not None else None


def capabilities_document(capabilities: Capabilities) -> str:
    """Return what the store keeps of what a machine can do: its fields as JSON."""
    return json.dumps(asdict(capabilities), sort_keys=True)


def snapshot_document(status: MachineStatus, bays: Sequence[Bay], note: Note) -> str:
    """Return what the store keeps of a look at a machine: `status`, `bays`, and why it waits (`note`), as JSON."""
    acknowledged = {**asdict(status.acknowledged.cursor), "head": status.acknowledged.head}
    told = {**asdict(status), "acknowledged": acknowledged}
    document = {
        "status": told,
        "bays": [{name: getattr(bay, name) for name in _BAY} for bay in bays],
        "note": asdict(note),
    }
    return json.dumps(document, sort_keys=True, default=_word)


def noted_document(document: str | None, note: Note) -> str:
    """Return the last look at a machine (`document`, None: there was none) with another `note`."""
    last = json.loads(document) if document is not None else {"status": None, "bays": []}
    return json.dumps({**last, "note": asdict(note)}, sort_keys=True)


def note_of_snapshot(document: str) -> Note:
    """Return the note that `snapshot_document` or `noted_document` wrote."""
    return Note(**json.loads(document)["note"])


def _word(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    raise TypeError(type(value).__name__)


def bays_of_snapshot(document: str) -> tuple[Bay, ...]:
    """Return the bays that `snapshot_document` wrote."""
    return tuple(bays_of(json.dumps(json.loads(document)["bays"])))
