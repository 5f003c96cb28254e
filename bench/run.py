"""Benchmarks as JSON lines: `./run bench [--small] [row ...]`; without names, every row."""

import argparse
from collections.abc import Callable

import chain
import dosing
import printing
from harness import pipeline, row

ROWS: dict[str, Callable[[bool], object]] = {
    "demo": lambda small: pipeline("demo", "pouches", lambda steps: chain.run(steps, 20 if small else 120)),
    "expand": lambda small: row("expand", dosing.case, (250, 1_000, 4_000) if small else (1_000, 4_000, 16_000)),
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
