"""What a check is, and what comes out of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from hal.conformance.bench import Bench


class Level(Enum):
    """What a check looks at."""

    LINK = "link"
    """Connecting, reading, fencing: a driver can pass these on a machine that packs nothing."""
    BEHAVIOUR = "behaviour"
    """Orders: what the machine takes, packs, and never packs again."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How a check came out; `detail` says what was found instead, and is empty when it `passed`."""

    id: str
    title: str
    passed: bool
    detail: str

    def __str__(self) -> str:
        verdict = f"ok    {self.id}: {self.title}"
        return verdict if self.passed else f"FAIL  {self.id}: {self.title}\n      {self.detail}"


Body = Callable[[Bench], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of the contract, and the way to try it; `id` is stable.

    `body` returns when the promise was kept and raises otherwise. Awaiting a call of the check gives a result.
    """

    id: str
    level: Level
    title: str
    body: Body

    async def __call__(self, bench: Bench) -> CheckResult:
        """Try it; whatever the driver raises, and hanging, is a result too. Only cancelling comes through."""
        try:
            async with asyncio.timeout(bench.limit):
                await self.body(bench)
        except Exception as error:  # noqa: BLE001 - the driver on trial is foreign code and may raise anything
            return CheckResult(self.id, self.title, passed=False, detail=f"{type(error).__name__}: {error}")
        return CheckResult(self.id, self.title, passed=True, detail="")


def check(name: str, level: Level, title: str) -> Callable[[Body], Check]:
    """Make an async function a check with id `name`."""
    return lambda body: Check(name, level, title, body)
