"""The self-test: sound worlds must pass, faults of every kind must be caught, usual dosages must not be stopped.

The same seed gives the same worlds, faults and verdicts; a kind draws from a chance of its own, so that another kind
changes nothing for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dispenser.app.selftest.chance import chance_of
from dispenser.app.selftest.judge import JUDGES, Judge, blocks, catches
from dispenser.app.selftest.kind import Kind, Part
from dispenser.app.selftest.kinds import KINDS
from dispenser.app.selftest.usual_dosages import UsualDosage, world_with
from dispenser.app.selftest.world import World, sound_world
from dispenser.core.expander import NotPackableError

SEED: Final = 4
INSTANCES: Final = 10
LEAST_KINDS: Final = 60
"""Fewer kinds are no self-test."""
_MOST_DRAWS: Final = 12
"""Worlds that are tried for one instance before a kind is said to find no place."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A fault that no check of its kind caught: in which world it was, and the codes that were found all the same."""

    kind: str
    world: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindResult:
    """How many faults of a kind were seeded, and which were not caught."""

    kind: Kind
    seeded: int
    missed: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class FalseBlock:
    """Something sound that a check stopped: what it was, at which part, and by which codes (or reasons, unpacked)."""

    what: str
    part: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What a run of the self-test found; `worlds` and `dosages` are how many sound things were judged."""

    results: tuple[KindResult, ...]
    false_blocks: tuple[FalseBlock, ...]
    worlds: int
    dosages: int

    @property
    def kinds(self) -> int:
        """Kinds of which at least one fault was seeded."""
        return sum(result.seeded > 0 for result in self.results)

    @property
    def seeded(self) -> int:
        """Faults that were seeded."""
        return sum(result.seeded for result in self.results)

    @property
    def caught(self) -> int:
        """Faults that a check of their kind blocked."""
        return self.seeded - sum(len(result.missed) for result in self.results)

    @property
    def passed(self) -> bool:
        """Whether every fault was caught, nothing sound was stopped, and every kind and enough of them were tried."""
        complete = self.kinds == len(self.results) >= LEAST_KINDS
        return complete and self.caught == self.seeded and not self.false_blocks


def run_selftest(
    seed: int = SEED,
    instances: int = INSTANCES,
    dosages: Sequence[UsualDosage] = (),
    kinds: Sequence[Kind] = KINDS,
    judges: Mapping[Part, Judge] = JUDGES,
) -> SelfTest:
    """Seed `instances` faults of every kind into worlds of `seed`; judge these worlds and `dosages` before.

    A kind for which not every world has a place may get fewer.
    """
    worlds = _Worlds(seed, judges)
    results = tuple(_run_kind(kind, worlds, seed, instances, judges) for kind in kinds)
    stopped = [block for usual in dosages for block in _judge_dosage(usual, seed, judges)]
    return SelfTest(results, (*worlds.false_blocks, *stopped), worlds.count, len(dosages))


def _run_kind(kind: Kind, worlds: "_Worlds", seed: int, instances: int, judges: Mapping[Part, Judge]) -> KindResult:
    missed: list[Missed] = []
    seeded = 0
    for place in range(instances * _MOST_DRAWS):
        if seeded == instances:
            break
        fault = kind.seed(chance_of(seed, kind.name, place), worlds.at(place))
        if fault is None:
            continue
        seeded += 1
        findings = judges[kind.part](fault.world)
        if not catches(kind, fault, findings):
            missed.append(Missed(kind.name, place, tuple(sorted({finding.code.id for finding in findings}))))
    return KindResult(kind, seeded, tuple(missed))


def _judge_dosage(usual: UsualDosage, seed: int, judges: Mapping[Part, Judge]) -> list[FalseBlock]:
    codes = sorted({finding.code.id for finding in usual.findings if blocks(finding)})
    found = [FalseBlock(usual.name, "dosages as read", tuple(codes))] if codes else []
    try:
        world = world_with(chance_of(seed, usual.name), usual)
    except NotPackableError as error:
        return [*found, FalseBlock(usual.name, "dosages as packed", error.reasons)]
    return [*found, *_judge_sound(usual.name, world, judges)]


def _judge_sound(what: str, world: World, judges: Mapping[Part, Judge]) -> list[FalseBlock]:
    found: list[FalseBlock] = []
    for part, judge in judges.items():
        codes = sorted({finding.code.id for finding in judge(world) if blocks(finding)})
        if codes:
            found.append(FalseBlock(what, part.value, tuple(codes)))
    return found


class _Worlds:
    """Sound worlds by number, each made and judged when it is first asked for."""

    def __init__(self, seed: int, judges: Mapping[Part, Judge]) -> None:
        self._seed = seed
        self._judges = judges
        self._made: list[World] = []
        self.false_blocks: list[FalseBlock] = []

    @property
    def count(self) -> int:
        return len(self._made)

    def at(self, place: int) -> World:
        while len(self._made) <= place:
            number = len(self._made)
            world = sound_world(chance_of(self._seed, "world", number))
            self.false_blocks.extend(_judge_sound(f"world {number}", world, self._judges))
            self._made.append(world)
        return self._made[place]
