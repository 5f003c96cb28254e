"""Row `recall`: from a lot to every pouch and citizen, and from a pouch to its lots, over many packed pouches."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import TypeVar

from harness import WrongAnswerError, emit

from dispenser.core.ids import RollId
from dispenser.store.session import Database

Answer = TypeVar("Answer")
LIMIT_S = 2.0
"""Longest a recall may take to find its pouches among a million (C15)."""
POUCHES_IN_ROLL = 50
PRODUCTS = 200
FILLS_OF_PRODUCT = 4
PRODUCTS_IN_POUCH = 3
_AT = "2026-11-22T08:00:00.000000+00:00"
_REPEATS = 5


def recall(pouches: int) -> dict[str, object]:
    """Trace lots and pouches among `pouches` packed ones; print and return the figures.

    Seconds are wall time of the slowest kind of query, the answer's objects included; `of_limit` is how many times it
    fits into the limit.

    Raises:
        WrongAnswerError: a query does not find what was put in.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.db"
        with Database(f"sqlite:///{file}") as database:
            database.migrate()
            _load(file, pouches // POUCHES_IN_ROLL)
            return emit(figures(database, pouches // POUCHES_IN_ROLL))


def figures(database: Database, rolls: int) -> dict[str, object]:
    """Return the row's figures for a database that holds `rows` of as many rolls.

    Raises:
        WrongAnswerError: a query does not find what was put in.
    """
    lot, roll, number = "L7-1", rolls // 2, 17
    expected = {(_roll_id(at), n) for at in range(rolls) for n in _numbers() if lot in _lots(at, n)}
    with database.read() as tx:
        found, to_pouches = _timed(lambda: tx.traces.pouches_of_lot(lot))
        lots, to_lots = _timed(lambda: tx.traces.lots_of_pouch(RollId(_roll_id(roll)), number))
    if {(one.roll_id, one.number) for one in found} != expected or not expected:
        message = f"{len(found)} pouches of a lot found, {len(expected)} hold it"
        raise WrongAnswerError(message)
    if {one.lot for one in lots} != _lots(roll, number):
        message = f"a pouch is said to hold {lots}"
        raise WrongAnswerError(message)
    return {
        "row": "recall",
        "pouches": rolls * POUCHES_IN_ROLL,
        "found": len(expected),
        "citizens": len({one.citizen_id for one in found}),
        "lot_to_pouches_s": round(to_pouches, 4),
        "pouch_to_lots_s": round(to_lots, 4),
        "limit_s": LIMIT_S,
        "of_limit": round(LIMIT_S / max(to_pouches, to_lots), 2),
    }


def rows(rolls: int) -> Mapping[str, tuple[str, Iterator[tuple[object, ...]]]]:
    """Return columns and rows by table, as packing `rolls` leaves them; a million rows are made as they are asked for.

    What the queries do not read (plans, documents, journals) is left out, and so are the references to it.
    """
    every = range(rolls)
    fills = [(product, fill) for product in range(PRODUCTS) for fill in range(FILLS_OF_PRODUCT)]
    size = POUCHES_IN_ROLL
    return {
        "roll": (
            "roll_id batch_id citizen_id plan_revision first last pouches digest document",
            ((_roll_id(at), "000001", f"citizen-{at}", 1, "2026-11-23", "2026-12-06", size, "", "") for at in every),
        ),
        "job": (
            "job_id roll_id machine_id order_number state digest order_document epoch created_at updated_at",
            ((_job(at), _roll_id(at), "M1", at + 1, "packed", "", "", 1, _AT, _AT) for at in every),
        ),
        "pouch": (
            "job_id number roll_id state film reason closed_at",
            ((_job(at), n, _roll_id(at), "packed", n, "", _AT) for at in every for n in _numbers()),
        ),
        "fill": (
            "container code number product_id opened_on days filled_by checked_by second_scan at",
            (
                (f"K{p}", f"K{p}-{f}", place, f"P{p}", "2026-11-22", 42, "a", "b", "", _AT)
                for place, (p, f) in enumerate(fills)
            ),
        ),
        "fill_pack": (
            "container code place gtin lot expiry serial units",
            (
                (f"K{p}", f"K{p}-{f}", place, f"{p:014d}", lot, "2029-06-30", f"{f}-{place}", 500)
                for p, f in fills
                for place, lot in enumerate(sorted(_lots_of_fill(p, f)), 1)
            ),
        ),
        "pouch_fill": (
            "job_id number container code product_id",
            (
                (_job(at), n, f"K{p}", f"K{p}-{f}", f"P{p}")
                for at in every
                for n in _numbers()
                for p, f in _drawn(at, n)
            ),
        ),
    }


def _load(file: Path, rolls: int) -> None:
    # A connection of our own: it does not look at references, and need not survive a power cut.
    with sqlite3.connect(file, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for table, (columns, values) in rows(rolls).items():
            names = columns.split()
            places = ", ".join("?" * len(names))
            connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", values)  # noqa: S608 - own names
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
    connection.close()


def _timed(query: Callable[[], Answer]) -> tuple[Answer, float]:
    seconds: list[float] = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        answer = query()
        seconds.append(time.perf_counter() - began)
    return answer, median(seconds)


def _numbers() -> range:
    return range(1, POUCHES_IN_ROLL + 1)


def _roll_id(at: int) -> str:
    return f"{at:010d}"


def _job(at: int) -> str:
    # As wide as a job's id is, and in no order, as those are.
    return f"{at * 2_654_435_761 % 2**64:032x}"


def _drawn(at: int, number: int) -> list[tuple[int, int]]:
    """Product and fill of everything in a pouch; canisters are refilled now and then."""
    fill = at % FILLS_OF_PRODUCT
    return [((at * 7 + number * 3 + place * 67) % PRODUCTS, fill) for place in range(PRODUCTS_IN_POUCH)]


def _lots_of_fill(product: int, fill: int) -> set[str]:
    """A lot lasts for two fills, and the fill between two lots mixes them."""
    return {f"L{product}-{fill // 2}", f"L{product}-{(fill + 1) // 2}"}


def _lots(at: int, number: int) -> set[str]:
    return {lot for product, fill in _drawn(at, number) for lot in _lots_of_fill(product, fill)}
