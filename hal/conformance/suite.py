"""All checks, and running them."""

from collections.abc import Callable, Sequence
from typing import Final

from hal.conformance import (
    boot_checks,
    cut_checks,
    endurance_checks,
    evidence_checks,
    fault_checks,
    flow_checks,
    hardware_checks,
    identity_checks,
    journal_checks,
    lease_checks,
    order_checks,
    packing_checks,
    power_checks,
    print_checks,
    refusal_checks,
    reply_checks,
    session_checks,
    stop_checks,
)
from hal.conformance.bench import Bench
from hal.conformance.check import Check, CheckResult, Level

_MODULES: Final = (
    identity_checks,
    session_checks,
    lease_checks,
    journal_checks,
    cut_checks,
    reply_checks,
    order_checks,
    refusal_checks,
    packing_checks,
    print_checks,
    flow_checks,
    stop_checks,
    evidence_checks,
    fault_checks,
    boot_checks,
    power_checks,
    endurance_checks,
    hardware_checks,
)

CHECKS: Final = tuple(found for module in _MODULES for found in vars(module).values() if isinstance(found, Check))
"""Level by level; their ids and what they ask for are as stable as the contract."""


def chosen(levels: Sequence[Level] = (), ids: Sequence[str] = ()) -> tuple[Check, ...]:
    """Return the checks of `levels` (all when there are none) that are among `ids` (all when there are none)."""
    return tuple(one for one in CHECKS if (not levels or one.level in levels) and (not ids or one.id in ids))


def nothing_told(_result: CheckResult) -> None:
    """Keep a result to oneself."""


async def run_checks(
    bench: Bench, checks: Sequence[Check] = CHECKS, told: Callable[[CheckResult], None] = nothing_told
) -> tuple[CheckResult, ...]:
    """Run `checks` in turn and return every result, in their order; a failure stops none of the others.

    `told` is called with each result as it comes.
    """
    results: list[CheckResult] = []
    for one in checks:
        result = await one(bench)
        told(result)
        results.append(result)
    return tuple(results)
