"""What a kind of fault is: how it is put into a sound world, and which checks must catch it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from dispenser.app.selftest.chance import Chance
from dispenser.app.selftest.world import World
from safety.check import Stage


class Part(Enum):
    """Something in a world that the product checks by itself; the value says what."""

    PLANS = "plans as pushed"
    BATCH = "a batch as planned"
    ORDERS = "orders and labels"
    EVIDENCE = "the machine's journal"
    CANISTER = "a canister that is filled"
    FINISHED = "a packed batch and the signature under it"
    OVERRIDES = "an override that is asked for"
    DECISIONS = "findings that are overridden"
    SIGNATURES = "slot tables and rule packs that are signed"
    LOTS = "what is said of a lot"
    SITE = "the running site"
    MESSAGES = "messages as they come in"
    RECORD = "the database"

    @property
    def stage(self) -> Stage:
        """The stage whose checks look at it."""
        return _STAGES[self]


_STAGES = {
    Part.PLANS: Stage.INTAKE,
    Part.BATCH: Stage.BATCH,
    Part.ORDERS: Stage.ORDER,
    Part.EVIDENCE: Stage.POUCH,
    Part.CANISTER: Stage.CANISTER,
    Part.FINISHED: Stage.RELEASE,
    Part.OVERRIDES: Stage.INTAKE,
    Part.DECISIONS: Stage.BATCH,
    Part.SIGNATURES: Stage.SITE,
    Part.LOTS: Stage.CANISTER,
    Part.SITE: Stage.SITE,
    Part.MESSAGES: Stage.INTAKE,
    Part.RECORD: Stage.SITE,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A world with one fault; `line` names the line of a plan that has it, where only that one must be parked."""

    world: World
    line: str = ""


Seed: TypeAlias = Callable[[Chance, World], Fault | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: its name, what is wrong, where, and the checks of which one must block it.

    `seed` puts one into a sound world and leaves the rest alone; None where this world has no place for it, or where
    the draw came to no fault at all: two equal things swapped are as sound as before.
    """

    name: str
    what: str
    part: Part
    checks: tuple[str, ...]
    seed: Seed

    @property
    def stage(self) -> Stage:
        """The stage at which it must be caught."""
        return self.part.stage
