"""A pytest plug-in: one test for each check, wherever a test module has a fixture `conformance_bench`.

The fixture gives a `Bench`, or a `Plan` (then a relay stands before the machine where its URI has a host and a port).
Modules without such a fixture are left alone.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from hal.conformance.bench import Bench
from hal.conformance.check import Check, CheckResult, Level, Verdict
from hal.conformance.suite import CHECKS
from hal.conformance.trial import Plan, bench_of

FIXTURE: Final = "conformance_bench"
_OPTION: Final = "--conformance-level"
_EPOCHS: Final = pytest.StashKey[dict[tuple[str, str], int]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that picks levels."""
    group = parser.getgroup("conformance", "machine drivers")
    levels = [level.value for level in Level]
    group.addoption(_OPTION, action="append", choices=levels, default=[], help="only checks of this level")


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str
) -> list[pytest.Item | pytest.Collector] | None:
    """Make the tests of a module that has the fixture."""
    if name != FIXTURE:
        return None
    levels = {Level(value) for value in collector.config.getoption(_OPTION) or []}
    return [
        pytest.Function.from_parent(collector, name=f"conformance[{one.id}]", callobj=_test_of(one))
        for one in CHECKS
        if not levels or one.level in levels
    ]


def _test_of(one: Check) -> Callable[[Bench | Plan, pytest.FixtureRequest], None]:
    def conformance(conformance_bench: Bench | Plan, request: pytest.FixtureRequest) -> None:
        result = asyncio.run(_tried(one, conformance_bench, request.config))
        if result.verdict is Verdict.EXEMPT:
            pytest.skip(result.detail)
        if result.verdict is Verdict.FAILED:
            pytest.fail(str(result), pytrace=False)

    return conformance


async def _tried(one: Check, given: Bench | Plan, config: pytest.Config) -> CheckResult:
    if isinstance(given, Bench):
        return await one(given)
    # A machine never takes a lower epoch than it has seen, and every test has a bench of its own.
    epochs = config.stash.setdefault(_EPOCHS, {})
    machine = given.driver.name, given.uri
    async with bench_of(replace(given, epoch=epochs.get(machine, given.epoch))) as bench:
        try:
            return await one(bench)
        finally:
            epochs[machine] = bench.epoch
