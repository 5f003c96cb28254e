"""Reads what a scenario expects; pure."""

from collections.abc import Mapping, Sequence

from hal.wire.words import ALARMS, REFUSALS
from simulator.scenario import Entry, Expected, OrderPlan, VoidPouch
from simulator.scenario_keys import ENTRY, EXPECT, KINDS, LINK_COUNTS, VOID
from simulator.scenario_values import RANGE, Reading, Values

Orders = Mapping[str, OrderPlan]
_WHERE = "expect"


def expected_of(reading: Reading, table: object, orders: Orders) -> Expected:
    """Return what a table `[expect]` says; problems go to `reading`."""
    values = reading.take(_WHERE, table, EXPECT)
    for key, known, what in (
        ("alarms", ALARMS, "alarm"),
        ("refusals", REFUSALS, "refusal"),
        ("kinds", KINDS, "kind of entry"),
        ("never", KINDS, "kind of entry"),
    ):
        for word in values.texts(key):
            reading.one_of(_WHERE, word, known, what)
    for name in values.part("orders"):
        reading.one_of(_WHERE, str(name), orders, "order")
    for name in values.part("link"):
        reading.one_of(_WHERE, str(name), LINK_COUNTS, "count of the link")
    voids = tuple(_void(reading, f"{_WHERE}, void {at}", one, orders) for at, one in enumerate(values.parts("void"), 1))
    entries = tuple(_entry(reading, f"{_WHERE}, entry {at}", one) for at, one in enumerate(values.parts("entries"), 1))
    return Expected(
        passes=values.texts("passes") if values.has("passes") else None,
        ends_in=values.text("ends_in") if values.has("ends_in") else None,
        alarms=values.texts("alarms"),
        refusals=values.texts("refusals"),
        orders={str(name): str(state) for name, state in values.part("orders").items()},
        packed=_pouches(reading, values, "packed", orders) if values.has("packed") else None,
        void=voids if values.has("void") else None,
        wrong=_pouches(reading, values, "wrong", orders),
        kinds=values.texts("kinds"),
        never=values.texts("never"),
        entries=entries,
        clock_falls=bool(values.table.get("clock_falls", False)),
        least_ms=values.number("least_ms"),
        boots=values.number("boots") if values.has("boots") else None,
        link={str(name): int(str(count)) for name, count in values.part("link").items()},
    )


def _pouches(reading: Reading, values: Values, key: str, orders: Orders) -> dict[str, tuple[int, ...]]:
    found = values.table.get(key, [])
    if isinstance(found, list):
        name = _only(orders)
        if not name and found:
            reading.problem(_WHERE, f"{key} must be a table by order where there are several")
        return {name: _spread(found)} if name else {}
    by_order = values.part(key)
    for name in by_order:
        reading.one_of(_WHERE, str(name), orders, "order")
    return {str(name): _spread(one) for name, one in by_order.items() if isinstance(one, list)}


def _spread(pouches: Sequence[object]) -> tuple[int, ...]:
    spread: list[int] = []
    for one in pouches:
        between = RANGE.fullmatch(str(one))
        spread += range(int(between[1]), int(between[2]) + 1) if between else [int(str(one))]
    return tuple(spread)


def _void(reading: Reading, where: str, table: object, orders: Orders) -> VoidPouch:
    values = reading.take(where, table, VOID)
    name = values.text("order") or _only(orders)
    if values.has("order"):
        reading.one_of(where, name, orders, "order")
    elif not name:
        reading.problem(where, "order is missing where there are several")
    return VoidPouch(name, values.number("pouch"), values.text("reason"))


def _entry(reading: Reading, where: str, table: object) -> Entry:
    values = reading.take(where, table, ENTRY)
    if values.has("kind"):
        reading.one_of(where, values.text("kind"), KINDS, "kind of entry")
    return Entry(values.text("kind"), values.number("pouch"), values.part("fields"))


def _only(orders: Orders) -> str:
    return next(iter(orders)) if len(orders) == 1 else ""
