"""What a scenario is: a machine, what is done to it and when, and what must come of it; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from simulator.spec import MachineSpec

IN_PROCESS: Final = "none"
SERIAL: Final = "serial"
OPCUA: Final = "opcua"
ONE_HOUR_MS: Final = 3_600_000


class ScenarioError(ValueError):
    """A file that is no scenario; `problems` are all that is wrong with it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Words:
    """The same in Danish and English."""

    da: str
    en: str


@dataclass(frozen=True, slots=True)
class PickPlan:
    """What each pouch of an order takes.

    With a `bay`: so many whole `units`; canister, fill and product are read from the bay when the order is loaded,
    unless they are given. Without: so many `quarters` of `product` from the next cell of the tray. `only`: in these
    pouches; in all when empty.
    """

    bay: int = 0
    units: int = 0
    quarters: int = 0
    product: str = ""
    canister: str = ""
    fill: str = ""
    only: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """An order in few words: `pouches` like ones, numbered from 1."""

    name: str
    number: int
    pouches: int
    picks: tuple[PickPlan, ...]
    epoch: int = 1
    first_cell: int = 1
    lines: tuple[str, ...] = ("Kl. 8",)
    symbol: str = ""
    """What stands in the symbol before the pouch's number; the order's name when empty."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is done; `values` are the keys of its verb. `at_ms`: not before this virtual millisecond."""

    do: str
    values: Mapping[str, object] = field(default_factory=dict)
    at_ms: int = -1


@dataclass(frozen=True, slots=True)
class VoidPouch:
    """A pouch that must have been closed as void."""

    order: str
    pouch: int
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that must stand in the journal: its kind, its pouch (0: any) and some of its fields."""

    kind: str
    pouch: int = 0
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of it. None: nothing is said about it. Pouches are numbers by the order's name."""

    passes: tuple[str, ...] | None = None
    ends_in: str | None = None
    alarms: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    orders: Mapping[str, str] = field(default_factory=dict)
    packed: Mapping[str, tuple[int, ...]] | None = None
    void: tuple[VoidPouch, ...] | None = None
    wrong: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    clock_falls: bool = False
    least_ms: int = 0
    boots: int | None = None
    link: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole scenario. `digest` is the SHA-256 of its file's text."""

    name: str
    title: Words
    about: Words
    faults: tuple[int, ...]
    machine: MachineSpec
    wire: str
    orders: tuple[OrderPlan, ...]
    steps: tuple[Step, ...]
    expected: Expected
    most_ms: int
    digest: str
