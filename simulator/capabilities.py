"""What a simulated machine says it can do."""

import hashlib
from typing import Final

from simulator.logbook import encode
from simulator.spec import MachineSpec

CONTRACT: Final = 1
FIRMWARE: Final = "simulator 1"
JOURNAL_DEPTH: Final = 10_000_000
"""Entries kept at least; the simulator forgets none."""


def document(spec: MachineSpec) -> dict[str, object]:
    """Return the capability document."""
    return {
        "contract": CONTRACT,
        "vendor": spec.vendor,
        "model": spec.model,
        "serial_number": spec.id,
        "firmware": FIRMWARE,
        "bays": max((bay.number for bay in spec.bays), default=0),
        "tray_cells": spec.tray_cells,
        "pouch_units": spec.pouch_units,
        "pouch_volume_mm3": spec.pouch_volume_mm3,
        "print_lines": spec.print_lines,
        "print_columns": spec.print_columns,
        "order_pouches": spec.order_pouches,
        "queue_depth": spec.queue_depth,
        "journal_depth": JOURNAL_DEPTH,
        "design_pouches_per_minute": spec.pouches_per_minute,
        "journal": True,
        "idempotent_load": True,
        "encoder": True,
        "tablet_counter": True,
        "reject_gate": True,
        "camera": spec.camera,
    }


def digest(spec: MachineSpec) -> str:
    """Return the SHA-256 of the capability document, 64 hex digits."""
    text = encode(document(spec))
    return hashlib.sha256(text.encode()).hexdigest()
