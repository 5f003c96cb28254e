"""What a run proves, gathered for a report: what was run, with what, and the verdicts; pure.

Nothing here knows the time of day: a date is given, everything else comes from the run itself.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from hal.wire.words import ALARM_RAISED, PACKED
from simulator.account import PouchAccount, accounts
from simulator.logbook import encode
from simulator.products import Product
from simulator.scenario_play import Played
from simulator.scenario_verdicts import Verdict, judge, wrong_pouches
from simulator.spec import MachineSpec

_HEX: Final = re.compile("[0-9a-f]+")
UNSEEN: Final = "packed and other than counted"
MOST_POUCHES: Final = 6
"""Pouches that a report shows for one run."""


@dataclass(frozen=True, slots=True)
class Origin:
    """With what a run was made: product version and commit, and the date that its report shall bear.

    `is_dated` when somebody told the date; otherwise it is what the simulated machines took for the day. `left_out` are
    scenarios that were asked for and not run, since they disturb a serial line and another wire was asked for.
    """

    version: str
    commit: str
    date: str
    is_dated: bool = True
    left_out: tuple[str, ...] = ()

    @property
    def is_committed(self) -> bool:
        """Whether the commit alone says which program it was."""
        return _HEX.fullmatch(self.commit) is not None


@dataclass(frozen=True, slots=True)
class AlarmTold:
    """An alarm that was raised, as the machine explains it."""

    code: str
    text_da: str
    text_en: str
    steps_da: str
    steps_en: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One run: what it was, what came of it, its verdicts, and the pouches that somebody wants to look at."""

    name: str
    title_da: str
    title_en: str
    about_da: str
    about_en: str
    facts: tuple[tuple[str, str], ...]
    verdicts: tuple[Verdict, ...]
    counts: tuple[tuple[str, int], ...]
    pouches: tuple[PouchAccount, ...]
    seed: int
    elapsed_ms: int
    products: tuple[Product, ...] = ()
    """What tablets look like, where the machine's file says so."""
    alarms: tuple[AlarmTold, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every verdict is a pass."""
        return all(verdict.passed for verdict in self.verdicts)

    @property
    def unseen(self) -> int:
        """Pouches that the machine called packed and that hold something else than it counted."""
        return dict(self.counts).get(UNSEEN, 0)

    def document(self) -> dict[str, object]:
        """Return the exhibit as JSON shows it."""
        return {
            "name": self.name,
            "title": {"da": self.title_da, "en": self.title_en},
            "passed": self.passed,
            "facts": dict(self.facts),
            "counts": dict(self.counts),
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
            "alarms": [asdict(alarm) for alarm in self.alarms],
            "virtual_ms": self.elapsed_ms,
        }


def exhibit_of(played: Played, origin: Origin) -> Exhibit:
    """Return what a played scenario proves."""
    scenario = played.scenario
    spec = scenario.machine
    films = {one["film"] for one in wrong_pouches(played)}
    found = tuple(accounts(played.lines))
    facts = (
        *_facts(spec, origin),
        ("scenario digest", scenario.digest),
        ("faults", ", ".join(map(str, scenario.faults)) or "none"),
        ("wire", scenario.wire),
        ("log digest", log_digest(played.lines)),
    )
    return Exhibit(
        name=scenario.name,
        title_da=scenario.title.da,
        title_en=scenario.title.en,
        about_da=scenario.about.da,
        about_en=scenario.about.en,
        facts=facts,
        verdicts=judge(scenario.expected, played),
        counts=counts_of(found, len(played.lines)),
        pouches=in_question(found, films),
        seed=spec.seed,
        elapsed_ms=played.elapsed_ms,
        products=spec.products,
        alarms=alarms_told(played.capabilities, played.entries),
    )


def evidence_digest(exhibits: Iterable[Exhibit]) -> str:
    """Return the SHA-256 of everything that is told, so that a signature is bound to it."""
    return hashlib.sha256(encode([exhibit.document() for exhibit in exhibits]).encode()).hexdigest()


def spec_digest(spec: MachineSpec) -> str:
    """Return the SHA-256 of what a machine is made of."""
    return hashlib.sha256(encode(asdict(spec)).encode()).hexdigest()


def log_digest(lines: Iterable[str]) -> str:
    """Return the SHA-256 of a log as it stands in its file."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def counts_of(found: Sequence[PouchAccount], lines: int) -> tuple[tuple[str, int], ...]:
    """Return what there is to count in a run."""
    outcomes = Counter(one.outcome for one in found)
    reasons = Counter(one.reason for one in found if one.reason)
    return (
        ("films", len(found)),
        ("packed", outcomes[PACKED]),
        ("void", len(found) - outcomes[PACKED]),
        *((f"void: {reason}", count) for reason, count in sorted(reasons.items())),
        (UNSEEN, sum(one.is_wrong for one in found)),
        ("lines of the log", lines),
    )


def alarms_told(capabilities: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> tuple[AlarmTold, ...]:
    """Return each alarm that was raised once, in the words of the machine's capability document."""
    raised = dict.fromkeys(entry["fields"]["code"] for entry in entries if entry["kind"] == ALARM_RAISED)
    known = {one["code"]: one for one in capabilities.get("alarms", ())}
    told = (known.get(code, {}) for code in raised)
    return tuple(
        AlarmTold(code, *(str(one.get(key, "")) for key in ("text_da", "text_en", "steps_da", "steps_en")))
        for code, one in zip(raised, told, strict=True)
    )


def in_question(found: Iterable[PouchAccount], wrong: Iterable[int]) -> tuple[PouchAccount, ...]:
    """Return the pouches to look at: the wrong ones first, then the void ones."""
    films = set(wrong)
    ranked = sorted((one for one in found if one.film in films or one.outcome != PACKED), key=lambda one: one.film)
    ranked.sort(key=lambda one: one.film not in films)
    return tuple(ranked[:MOST_POUCHES])


def _facts(spec: MachineSpec, origin: Origin) -> tuple[tuple[str, str], ...]:
    return (
        ("version", origin.version),
        ("commit", origin.commit),
        ("machine", f"{spec.id} ({spec.vendor}, {spec.model})"),
        ("machine digest", spec_digest(spec)),
        ("seed", str(spec.seed)),
        ("profile", spec.profile),
    )


def facts_of_run(spec: MachineSpec, origin: Origin, lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the facts about a run that was no scenario."""
    return (*_facts(spec, origin), ("log digest", log_digest(lines)))
