"""What is known of a check: what it holds, where it runs, the functions that do it, and the codes it raises."""

from dataclasses import dataclass
from enum import Enum

from safety.findings import Code


class Stage(Enum):
    """Where a check runs, in the order in which medicine passes."""

    INTAKE = "intake"
    """A plan is pushed."""
    BATCH = "batch"
    """A batch is planned."""
    CANISTER = "canister"
    """A canister or the hand stock is filled."""
    ORDER = "order"
    """Before anything is sent to a machine."""
    POUCH = "pouch"
    """The machine's evidence of a pouch is read."""
    RELEASE = "release"
    """A packed batch is closed."""
    SITE = "site"
    """The site runs: start-up, settings, clock, sessions with machines."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its id (`C1`, `R8`), what it holds, the functions that do it, and the codes it raises.

    `stages` says where it runs. `elsewhere` are ids of codes that the edges raise (`pharmacy_sync`), which this
    package cannot import.
    """

    id: str
    holds: str
    functions: tuple[str, ...]
    codes: tuple[Code, ...]
    stages: tuple[Stage, ...]
    elsewhere: tuple[str, ...] = ()
