"""What a simulated machine is made of, and the fleet file (TOML) that says so."""

import tomllib
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Final

from hal.wire.unit import PERSONALITIES
from hal.wire.words import CHARSETS, PRODUCE
from simulator.faults import PROFILES
from simulator.products import Product, ProductError, product_of

SIGN_AND_ENCRYPT: Final = "sign_and_encrypt"
SECURITY: Final = ("none", SIGN_AND_ENCRYPT)
WIRES: Final = ("opcua", "serial")
_TABLES: Final = {"bays": "bay", "products": "product"}
_NUMBER_LISTS: Final = frozenset({"cell_quarters", "modes"})
_BAY_KEYS: Final = {"number": int, "canister": str, "fill": str, "product": str, "units": int}


class FleetError(ValueError):
    """A fleet file that cannot be used; the text says what and where."""


@dataclass(frozen=True, slots=True)
class BaySpec:
    """A bay and the canister in it at the first power-up; `units` is also a full canister."""

    number: int
    canister: str
    fill: str
    product: str
    units: int


@dataclass(frozen=True, slots=True)
class MachineSpec:
    """One machine. Times are virtual milliseconds; `pouch_volume_mm3` and `print_columns` are 0 when unlimited."""

    id: str
    bays: tuple[BaySpec, ...] = ()
    wire: str = "opcua"
    where: str = ""
    security: str = "none"
    """`sign_and_encrypt`: OPC UA with the keys and users in the folder `keys`; `none`: for this computer alone."""
    keys: str = ""
    baud: int = 38_400
    relay: bool = False
    """Whether a relay stands before an OPC UA port, so that its wire can be disturbed; a serial one always can."""
    personality: str = "journaled"
    """What it remembers over a power cut: `journaled` everything, `encoder` its film index alone, `dumb` nothing.

    The last two are for the wire serial and speak there, instead of PP-LIS, the wire unit: one pouch per command.
    """
    seed: int = 1
    profile: str = "none"
    vendor: str = "dosisfleet"
    model: str = "simulated packer"
    pouches_per_minute: int = 60
    tray_cells: int = 60
    pouch_units: int = 8
    pouch_volume_mm3: int = 0
    print_lines: int = 40
    print_columns: int = 0
    order_pouches: int = 400
    queue_depth: int = 2
    camera: bool = True
    cell_quarters: tuple[int, ...] = (0,)
    """Quarters that a tray cell may hold at a time; 0 among them: any."""
    charset: str = "utf-8"
    symbol_characters: int = 0
    """Longest symbol; 0: unlimited."""
    modes: tuple[int, ...] = (1, 2, 3)
    """PackML unit modes."""
    pouch_width_mm: int = 70
    pitch_mm: int = 80
    print_dpi: int = 300
    film_bits: int = 0
    """Width of the film counter; 0: it never wraps."""
    film_start: int = 0
    """What the film counter showed when the machine was new."""
    film_metres: int = 1_000
    """A full roll; 0: film is not counted and never ends."""
    ribbon_prints: int = 20_000
    """A full ribbon; 0: it is not counted and never ends."""
    products: tuple[Product, ...] = ()
    """What the tablets look like, where it is known."""
    warm_up_ms: int = 5_000
    clear_ms: int = 30_000
    """How long the technician takes to clear an alarm."""
    refill_ms: int = 60_000
    """How long the technician takes to refill a canister."""
    cell_refill_ms: int = 5_000
    """How long the technician takes to fill tray cells again after a void pouch."""


def fleet_of(text: str) -> tuple[MachineSpec, ...]:
    """Return the machines of a fleet file, in its order.

    Raises:
        FleetError: not TOML, an unknown or missing key, a wrong type, a repeated id.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"not TOML: {error}"
        raise FleetError(message) from error
    tables = document.get("machine")
    if not isinstance(tables, list) or not tables:
        raise FleetError("no [[machine]] in it")
    products = _products("file", document.get("product", []))
    specs = tuple(machine_of(f"machine {index}", table) for index, table in enumerate(tables, start=1))
    specs = tuple(replace(spec, products=(*products, *spec.products)) for spec in specs)
    ids = [spec.id for spec in specs]
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    if repeated:
        message = f"machine id used twice: {', '.join(repeated)}"
        raise FleetError(message)
    return specs


def find(specs: tuple[MachineSpec, ...], machine_id: str) -> MachineSpec:
    """Return the machine with this id.

    Raises:
        FleetError: there is none; the text names the nearest ids.
    """
    for spec in specs:
        if spec.id == machine_id:
            return spec
    ids = [spec.id for spec in specs]
    near = get_close_matches(machine_id, ids, n=3, cutoff=0.5) or ids[:10]
    message = f"no machine {machine_id!r} in the fleet file; nearest: {', '.join(near)}"
    raise FleetError(message)


def machine_keys() -> tuple[str, ...]:
    """Return the keys that a machine's table may have."""
    return (*(one.name for one in fields(MachineSpec) if one.name not in _TABLES), *_TABLES.values())


def machine_of(where: str, table: object) -> MachineSpec:
    """Return the machine that one table describes; `where` names the table in an error.

    Raises:
        FleetError: an unknown or missing key, a wrong type, a value that cannot be.
    """
    if not isinstance(table, dict):
        message = f"{where} is not a table"
        raise FleetError(message)
    types = {one.name: one.type for one in fields(MachineSpec)}
    values: dict[str, object] = {}
    for key, value in table.items():
        if key in _TABLES.values():
            continue
        kind = types.get(str(key))
        if key in _NUMBER_LISTS:
            values[str(key)] = _numbers(f"{where}: {key}", value)
            continue
        if kind is None or key in _TABLES:
            known = [*sorted(types.keys() - _TABLES.keys()), *_TABLES.values()]
            near = get_close_matches(str(key), known, n=3)
            told = f"nearest: {', '.join(near)}" if near else f"known: {', '.join(known)}"
            message = f"{where}: unknown key {key!r}; {told}"
            raise FleetError(message)
        if type(value) is not kind:
            message = f"{where}: {key} must be {getattr(kind, '__name__', kind)}, not {value!r}"
            raise FleetError(message)
        values[str(key)] = value
    if not values.get("id"):
        message = f"{where}: no id"
        raise FleetError(message)
    bays = _bays(where, table.get("bay", []))
    products = _products(where, table.get("product", []))
    spec = MachineSpec(bays=bays, products=products, **values)  # type: ignore[arg-type]  # types were compared above, key by key
    _check(where, spec)
    return spec


def _products(where: str, tables: object) -> tuple[Product, ...]:
    if not isinstance(tables, list):
        message = f"{where}: product must be tables, [[product]]"
        raise FleetError(message)
    try:
        return tuple(product_of(f"{where}, product {index}", one) for index, one in enumerate(tables, start=1))
    except ProductError as error:
        raise FleetError(str(error)) from error


def _numbers(where: str, value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not value or any(type(one) is not int or one < 0 for one in value):
        message = f"{where} must be whole numbers, not {value!r}"
        raise FleetError(message)
    return tuple(value)


def _wrong_personality(spec: MachineSpec) -> list[str]:
    if spec.personality not in PERSONALITIES:
        return [f"personality must be one of {', '.join(PERSONALITIES)}, not {spec.personality!r}"]
    if spec.personality != PERSONALITIES[0] and spec.wire != "serial":
        return [f"a machine that is {spec.personality} needs the wire serial"]
    return []


def _check(where: str, spec: MachineSpec) -> None:
    problems = [
        f"{name} must be at least {least}"
        for name, least in (
            ("pouches_per_minute", 1),
            ("tray_cells", 0),
            ("pouch_units", 1),
            ("queue_depth", 2),
            ("order_pouches", 1),
            ("print_lines", 1),
            ("baud", 1),
            ("symbol_characters", 0),
            ("film_bits", 0),
            ("film_start", 0),
            ("film_metres", 0),
            ("ribbon_prints", 0),
            ("pitch_mm", 1),
            ("warm_up_ms", 0),
            ("clear_ms", 0),
            ("refill_ms", 0),
            ("cell_refill_ms", 0),
        )
        if getattr(spec, name) < least
    ]
    problems += _wrong_personality(spec)
    if spec.wire not in WIRES:
        problems.append(f"wire must be one of {', '.join(WIRES)}, not {spec.wire!r}")
    if spec.charset not in CHARSETS:
        problems.append(f"charset must be one of {', '.join(CHARSETS)}, not {spec.charset!r}")
    if PRODUCE not in spec.modes:
        problems.append(f"modes must have {PRODUCE}, Produce, among them")
    problems += _wrong_security(spec)
    if spec.profile not in PROFILES:
        problems.append(f"profile must be one of {', '.join(PROFILES)}, not {spec.profile!r}")
    if any(sign in spec.id for sign in "/\\\0") or spec.id in {".", ".."}:
        problems.append(f"id {spec.id!r} cannot be a folder name")
    numbers = [bay.number for bay in spec.bays]
    if len(set(numbers)) != len(numbers):
        problems.append("a bay number is used twice")
    if any(bay.number < 1 or bay.units < 0 for bay in spec.bays):
        problems.append("bay numbers start at 1 and units at 0")
    if problems:
        message = f"{where} ({spec.id}): {'; '.join(problems)}"
        raise FleetError(message)


def _wrong_security(spec: MachineSpec) -> list[str]:
    if spec.security not in SECURITY:
        return [f"security must be one of {', '.join(SECURITY)}, not {spec.security!r}"]
    if spec.security == SIGN_AND_ENCRYPT and (spec.wire != "opcua" or not spec.keys):
        return [f"security = {SIGN_AND_ENCRYPT!r} needs wire = 'opcua' and keys, a folder made by dispenser-sim keys"]
    return []


def _bays(where: str, tables: object) -> tuple[BaySpec, ...]:
    if not isinstance(tables, list):
        message = f"{where}: bay must be tables, [[machine.bay]]"
        raise FleetError(message)
    bays: list[BaySpec] = []
    for index, table in enumerate(tables, start=1):
        if not isinstance(table, dict) or table.keys() != _BAY_KEYS.keys():
            message = f"{where}, bay {index}: needs exactly the keys {', '.join(_BAY_KEYS)}"
            raise FleetError(message)
        for key, kind in _BAY_KEYS.items():
            if type(table[key]) is not kind:
                message = f"{where}, bay {index}: {key} must be {kind.__name__}, not {table[key]!r}"
                raise FleetError(message)
        bays.append(BaySpec(**table))
    return tuple(bays)
