"""Reads a scenario file (TOML); tells every problem at once; pure."""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace

from simulator.injection import InjectionError, injection_of
from simulator.scenario import ONE_HOUR_MS, OrderPlan, PickPlan, Scenario, ScenarioError, Step, Words
from simulator.scenario_expected import expected_of
from simulator.scenario_keys import FLEET_MACHINE, ORDER, PICK, STEP, TOP, VERBS
from simulator.scenario_values import Reading, Values, nearest
from simulator.spec import BaySpec, FleetError, MachineSpec, find, fleet_of, machine_keys, machine_of

BAYS = tuple(BaySpec(number, f"K{number}", f"K{number}-1", f"2810000000{number}", 500) for number in (1, 2, 3))
"""The canisters of a machine of which nothing is said."""

Fetch = Callable[[str], str]
"""Returns the text of a fleet file beside the scenario; raises OSError."""


def scenario_of(name: str, text: str, fetch: Fetch | None = None) -> Scenario:
    """Return the scenario that `text` describes.

    Raises:
        ScenarioError: not TOML, or anything wrong in it; all problems are told.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError((f"not TOML: {error}",)) from error
    reading = Reading()
    top = reading.take("", document, TOP)
    orders = _orders(reading, top)
    steps = tuple(
        _step(reading, f"step {index}", table, orders) for index, table in enumerate(top.parts("step"), start=1)
    )
    if top.has("step") and not steps:
        reading.problem("step", "there is none")
    expected = expected_of(reading, top.part("expect"), orders)
    machine = _machine(reading, top, fetch)
    if reading.problems:
        raise ScenarioError(tuple(reading.problems))
    return Scenario(
        name=name,
        title=_words(top, "title"),
        about=_words(top, "about"),
        faults=top.numbers("faults"),
        machine=machine,
        wire=top.text("wire", "none"),
        orders=tuple(orders.values()),
        steps=steps,
        expected=expected,
        most_ms=top.number("most_ms", ONE_HOUR_MS),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _words(top: Values, key: str) -> Words:
    part = top.part(key)
    return Words(str(part.get("da", "")), str(part.get("en", "")))


# -- The machine -------------------------------------------------------------------------------------------------


def _machine(reading: Reading, top: Values, fetch: Fetch | None) -> MachineSpec:
    table = top.part("machine")
    spec = _of_fleet(reading, table, fetch) if "fleet" in table else _inline(reading, table)
    if top.has("seed"):
        spec = replace(spec, seed=top.number("seed"))
    return replace(spec, profile=top.text("profile")) if top.has("profile") else spec


def _inline(reading: Reading, table: Mapping[str, object]) -> MachineSpec:
    known = machine_keys()
    unknown = [str(key) for key in table if key not in known]
    for key in unknown:
        reading.problem("machine", f"unknown key {key!r}; {nearest(key, known)}")
    right = {"id": "machine-1", **{key: value for key, value in table.items() if key not in unknown}}
    try:
        spec = machine_of("machine", right)
    except FleetError as error:
        reading.problem("", str(error))
        return MachineSpec("machine-1", BAYS)
    return spec if spec.bays else replace(spec, bays=BAYS)


def _of_fleet(reading: Reading, table: Mapping[str, object], fetch: Fetch | None) -> MachineSpec:
    values = reading.take("machine", table, FLEET_MACHINE)
    name = values.text("fleet")
    try:
        text = fetch(name) if fetch is not None else ""
        return find(fleet_of(text), values.text("id"))
    except OSError as error:
        reading.problem("machine", f"{name} cannot be read: {error.strerror or error}")
    except (FleetError, UnicodeDecodeError) as error:
        reading.problem("machine", f"{name}: {error}")
    return MachineSpec("machine-1", BAYS)


# -- Orders ------------------------------------------------------------------------------------------------------


def _orders(reading: Reading, top: Values) -> dict[str, OrderPlan]:
    orders: dict[str, OrderPlan] = {}
    for index, table in enumerate(top.parts("order"), start=1):
        where = f"order {index}"
        values = reading.take(where, table, ORDER)
        picks = tuple(
            _pick(reading, f"{where}, pick {place}", one) for place, one in enumerate(values.parts("pick"), start=1)
        )
        plan = OrderPlan(
            name=values.text("name"),
            number=values.number("number", index),
            pouches=values.number("pouches"),
            picks=picks,
            epoch=values.number("epoch", 1),
            first_cell=values.number("first_cell", 1),
            lines=values.texts("lines", ("Kl. 8",)),
            symbol=values.text("symbol"),
        )
        if plan.name in orders:
            reading.problem(where, f"another order is called {plan.name!r}")
        orders[plan.name] = plan
    return orders


def _pick(reading: Reading, where: str, table: object) -> PickPlan:
    values = reading.take(where, table, PICK)
    given = {**values.table, "only": values.numbers("only")}
    pick = PickPlan(**given)  # type: ignore[arg-type]  # `take` compared names and types
    wanted, other = ("units", "quarters") if pick.bay else ("quarters", "units")
    if not values.has(wanted):
        reading.problem(where, f"{wanted} is missing")
    if values.has(other):
        reading.problem(where, f"{other} is not for a {'bay' if pick.bay else 'cell'}")
    if not pick.bay:
        if not pick.product:
            reading.problem(where, "product is missing")
        for key in ("canister", "fill"):
            if values.has(key):
                reading.problem(where, f"{key} is not for a cell")
    return pick


# -- Steps -------------------------------------------------------------------------------------------------------


def _step(reading: Reading, where: str, table: object, orders: Mapping[str, OrderPlan]) -> Step:
    verb = str(table.get("do", "")) if isinstance(table, Mapping) else ""
    if verb not in VERBS:
        if isinstance(table, Mapping) and isinstance(table.get("do"), str):
            reading.problem(where, f"do cannot be {verb!r}; {nearest(verb, VERBS)}")
        else:
            reading.problem(where, f"do is missing; known: {', '.join(VERBS)}")
        return Step(verb)
    values = reading.take(where, table, (*STEP, *VERBS[verb][1]))
    if values.has("order"):
        reading.one_of(where, values.text("order"), orders, "order")
    if verb == "inject" and values.has("fault"):
        _check_fault(reading, values)
    if verb == "wait":
        _check_wait(reading, values)
    rest = {key: value for key, value in values.table.items() if key not in {"do", "at_ms"}}
    return Step(verb, rest, values.number("at_ms", -1))


def _check_fault(reading: Reading, values: Values) -> None:
    arguments = {key: str(value) for key, value in values.part("with").items()}
    if values.table.get("over"):
        if arguments:
            reading.problem(values.where, "what is taken back has no arguments")
        return
    try:
        injection_of(values.text("fault"), arguments)
    except InjectionError as error:
        reading.problem(values.where, str(error))


def _check_wait(reading: Reading, values: Values) -> None:
    given = [key for key in ("state", "kind", "order", "alarm", "ms") if values.has(key)]
    if len(given) != 1:
        reading.problem(values.where, "wait needs one of state, kind, order, alarm, ms")
    if values.has("order") and values.has("is") == values.has("packed"):
        reading.problem(values.where, "an order is waited for with one of is, packed")
    for key, beside in (("is", "order"), ("packed", "order"), ("pouch", "kind"), ("count", "kind")):
        if values.has(key) and not values.has(beside):
            reading.problem(values.where, f"{key} needs {beside}")
