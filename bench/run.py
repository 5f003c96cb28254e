"""Benchmarks as JSON lines: `./run bench [--small] [row ...]`; without names, every row."""

import argparse
from collections.abc import Callable

import chain
import checking
import dosing
import fleet
import intake
import nation
import printing
import recall
import serial_line
from harness import pipeline, row

_CITIZENS = {True: (250,), False: (2_000,)}
"""Citizens in the rows of one chunk, small and not; `nation` shows how the same work grows."""

ROWS: dict[str, Callable[[bool], object]] = {
    # First, for its memory is measured.
    "nation": lambda small: pipeline(
        "nation", "intakes", lambda steps: nation.whole_country(steps, 4_000 if small else 60_000)
    ),
    "demo": lambda small: pipeline("demo", "pouches", lambda steps: chain.run(steps, 20 if small else 120)),
    "expand": lambda small: row("expand", dosing.expanded, _CITIZENS[small]),
    "checked": lambda small: row("checked", dosing.checked, _CITIZENS[small]),
    "changed": lambda small: row("changed", dosing.changed, _CITIZENS[small]),
    "safety": lambda small: checking.checking(250 if small else 1_000),
    "fhir": lambda small: row("fhir", intake.case, (1_200, 4_800) if small else (10_000, 40_000)),
    "recall": lambda small: recall.recall(50_000 if small else 1_000_000),
    "fleet": lambda small: fleet.fleet((8,) if small else (8, 32, 100), 20.0 if small else 60.0),
    "serial": lambda small: serial_line.serial_line(3.0 if small else 12.0),
    "labels": lambda small: row("labels", printing.case, (14, 56, 224) if small else (70, 280, 1_120)),
}
"""What each name measures; a row is added here."""


def main() -> None:
    """Run the rows that were asked for, in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="row", help=f"of: {', '.join(ROWS)}")
    parser.add_argument("--small", action="store_true", help="smaller sizes, same ratios")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.rows if name not in ROWS]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}")
    for name in chosen.rows or ROWS:
        ROWS[name](chosen.small)


if __name__ == "__main__":
    main()
