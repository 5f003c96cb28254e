"""What a check is, and what comes out of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from hal.conformance.bench import Bench
from hal.conformance.breach import ExemptError
from hal.conformance.hands import Hand


class Level(Enum):
    """What a check looks at."""

    WIRE = "wire"
    """Connecting, reading, fencing, and what happens when the wire fails."""
    BEHAVIOUR = "behaviour"
    """Orders: what the machine takes, packs, and never packs again."""
    ENDURANCE = "endurance"
    """The same for long, and in random order."""
    HARDWARE = "hardware"
    """What only somebody at the machine can bring about."""


class Verdict(Enum):
    """How a check came out."""

    PASSED = "passed"
    FAILED = "failed"
    EXEMPT = "exempt"
    """It could not be tried here; this proves nothing."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How a check came out.

    `detail` says what was found instead, or why it is exempt, and is empty when it passed; `seconds` is how long it
    took.
    """

    id: str
    title: str
    verdict: Verdict
    detail: str
    seconds: float = 0.0
    missing: Hand | None = None
    """The hand for want of which it is exempt."""

    @property
    def passed(self) -> bool:
        """The promise was tried, and kept."""
        return self.verdict is Verdict.PASSED

    def __str__(self) -> str:
        word = {Verdict.PASSED: "ok    ", Verdict.FAILED: "FAIL  ", Verdict.EXEMPT: "exempt"}[self.verdict]
        line = f"{word} {self.id}: {self.title}"
        return f"{line}\n       {self.detail}" if self.detail else line


Body = Callable[[Bench], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of the contract, and the way to try it; `id` is stable.

    `body` returns when the promise was kept and raises otherwise. Awaiting a call of the check gives a result.
    """

    id: str
    level: Level
    title: str
    title_da: str
    needs: tuple[Hand, ...]
    body: Body

    async def __call__(self, bench: Bench) -> CheckResult:
        """Try it; whatever the driver raises, and hanging, is a result too. Only cancelling comes through."""
        for hand in self.needs:
            if not bench.has(hand):
                return CheckResult(self.id, self.title, Verdict.EXEMPT, hand.why_missing(), missing=hand)
        began = bench.clock.monotonic()
        verdict, detail = await self._tried(bench)
        return CheckResult(self.id, self.title, verdict, detail, bench.clock.monotonic() - began)

    async def _tried(self, bench: Bench) -> tuple[Verdict, str]:
        try:
            async with asyncio.timeout(bench.limit):
                await self.body(bench)
        except ExemptError as why:
            return Verdict.EXEMPT, str(why)
        except Exception as error:  # noqa: BLE001 - the driver on trial is foreign code and may raise anything
            return Verdict.FAILED, f"{type(error).__name__}: {error}"
        return Verdict.PASSED, ""


def check(name: str, level: Level, title: str, title_da: str, *needs: Hand) -> Callable[[Body], Check]:
    """Make an async function a check with id `name` that needs the hands `needs`."""
    return lambda body: Check(name, level, title, title_da, needs, body)
