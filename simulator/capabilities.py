"""What a simulated machine says it can do."""

import hashlib
from typing import Final

from hal.wire.meanings import ALARMS as MEANINGS
from hal.wire.unit import PERSONALITIES
from hal.wire.words import ALARMS, CONSUMABLES, FILM, RIBBON
from simulator.logbook import encode
from simulator.spec import MachineSpec

JOURNALED, _, DUMB = PERSONALITIES
CONTRACT: Final = 2
FIRMWARE: Final = "simulator 1"
JOURNAL_DEPTH: Final = 10_000_000
"""Entries kept at least; the simulator forgets none."""
_LABEL_MARGIN_MM: Final = 10
_MS: Final = 1_000
_ANSWER_SECONDS: Final = 5
_SENSITIVITY_PPM: Final = 959_200
_SPECIFICITY_PPM: Final = 963_100
"""A camera as published: 4.08 % of the wrong pouches pass, 3.69 % of the right ones are rejected."""


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
        "journal": spec.personality == JOURNALED,
        "idempotent_load": spec.personality == JOURNALED,
        "encoder": spec.personality != DUMB,
        "tablet_counter": True,
        "reject_gate": True,
        "camera": spec.camera,
        **_details(spec),
    }


def _details(spec: MachineSpec) -> dict[str, object]:
    return {
        "bay_models": [
            {"number": bay.number, "kind": "floating", "tag": "rfid_fill_code", "sensor": "analog"} for bay in spec.bays
        ],
        "cell_quarters": list(spec.cell_quarters),
        "pouch_width_mm": spec.pouch_width_mm,
        "pitch_least_mm": spec.pitch_mm,
        "pitch_most_mm": spec.pitch_mm,
        "print_dpi": spec.print_dpi,
        "label_width_mm": max(0, spec.pouch_width_mm - _LABEL_MARGIN_MM),
        "label_height_mm": max(0, spec.pitch_mm - _LABEL_MARGIN_MM),
        "charset": spec.charset,
        "symbol_characters": spec.symbol_characters,
        "film_bits": spec.film_bits,
        "warm_up_seconds": -(-spec.warm_up_ms // _MS),
        "answer_seconds": _ANSWER_SECONDS,
        "modes": list(spec.modes),
        "camera_sensitivity_ppm": _SENSITIVITY_PPM if spec.camera else 0,
        "camera_specificity_ppm": _SPECIFICITY_PPM if spec.camera else 0,
        "journal_keeper": "machine" if spec.personality == JOURNALED else "driver",
        "consumables": [
            {"kind": kind, "unit": CONSUMABLES[kind]}
            for kind, full in ((FILM, spec.film_metres), (RIBBON, spec.ribbon_prints))
            if full
        ],
        "alarms": [
            {
                "code": code,
                "category": category,
                "text_da": MEANINGS[code].text_da,
                "text_en": MEANINGS[code].text_en,
                "steps_da": MEANINGS[code].fix_da,
                "steps_en": MEANINGS[code].fix_en,
            }
            for code, category in ALARMS.items()
        ],
    }


def digest(spec: MachineSpec) -> str:
    """Return the SHA-256 of the capability document, 64 hex digits."""
    text = encode(document(spec))
    return hashlib.sha256(text.encode()).hexdigest()
