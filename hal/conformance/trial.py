"""A whole trial: a bench for a driver and a URI with the hands that there are, the checks, and their sum."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hal.clock import Clock
from hal.conformance.bench import Bench, Endurance
from hal.conformance.check import Check, CheckResult, Verdict
from hal.conformance.hands import Inject, Operator, Power
from hal.conformance.relay import has_port, relayed
from hal.conformance.station import Pace
from hal.conformance.suite import run_checks
from hal.driver import DriverInfo, Surroundings
from hal.status import Capabilities


@dataclass(frozen=True, slots=True)
class Plan:
    """What is tried and how; `epoch` 0 means one above the highest that the machine tells without a lease."""

    driver: DriverInfo
    uri: str
    clock: Clock
    folder: Path | None = None
    epoch: int = 0
    long_pouches: int = 30
    pace: Pace = Pace()  # noqa: RUF009 - frozen
    endurance: Endurance = Endurance()  # noqa: RUF009 - frozen
    power: Power | None = None
    operator: Operator | None = None
    inject: Inject | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out: results in the order of the checks, `seconds` altogether, what the machine is."""

    results: tuple[CheckResult, ...]
    seconds: float
    capabilities: Capabilities
    counts: Counter[Verdict] = field(default_factory=Counter[Verdict])

    def sum(self) -> dict[str, int | float]:
        """Return how many checks there were, and how they came out."""
        return {
            "checks": len(self.results),
            "passed": self.counts[Verdict.PASSED],
            "failed": self.counts[Verdict.FAILED],
            "exempt": self.counts[Verdict.EXEMPT],
            "seconds": round(self.seconds, 1),
        }


async def try_out(plan: Plan, checks: Sequence[Check], told: Callable[[CheckResult], None]) -> Outcome:
    """Run `checks` and return what came out; `told` is called with each result.

    Raises:
        MachineError: the machine cannot even be opened.
        ValueError: the driver does not take the URI.
        OSError: no port is free for the relay.
    """
    began = plan.clock.monotonic()
    async with bench_of(plan) as bench:
        # A machine that is not there is no verdict on its driver.
        driver = bench.build()
        try:
            capabilities = await driver.open(bench.lease())
        finally:
            await driver.close()
        results = await run_checks(bench, checks, told)
    counts = Counter(result.verdict for result in results)
    return Outcome(results, plan.clock.monotonic() - began, capabilities, counts)


@asynccontextmanager
async def bench_of(plan: Plan) -> AsyncGenerator[Bench]:
    """Make the bench of a plan, with a relay before the machine where the URI has a host and a port.

    Raises:
        ValueError: the driver does not take the URI.
        OSError: no port is free for the relay.
    """
    surroundings = Surroundings(plan.clock, plan.folder)
    epoch = plan.epoch or await _next_epoch(plan, surroundings)
    async with AsyncExitStack() as stack:
        uri, relay = plan.uri, None
        if has_port(plan.uri):
            uri, relay = await stack.enter_async_context(relayed(plan.uri))
        yield Bench(
            build=lambda: plan.driver.build(uri, surroundings),
            clock=plan.clock,
            epoch=epoch,
            long_pouches=plan.long_pouches,
            pace=plan.pace,
            power=plan.power,
            tamper=relay,
            operator=plan.operator,
            inject=plan.inject,
            endurance=plan.endurance,
        )


async def _next_epoch(plan: Plan, surroundings: Surroundings) -> int:
    if plan.driver.examine is None:
        return 1
    found = await plan.driver.examine(plan.uri, surroundings)
    return found.status.epoch + 1 if found.status is not None else 1
