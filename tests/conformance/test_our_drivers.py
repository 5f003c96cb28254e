"""Our own drivers pass the kit, each over its wire against a simulated machine that is served for real.

The normal suite takes nearly every check on one wire, and on the others what a wire spoils first. With CONFORM_TIMES=1
(as `./run soak` sets it) every check is taken on every wire, endurance as long as for a vendor; more is longer.
"""

import asyncio
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet as Case

from hal.conformance.check import Check, CheckResult, Level, Verdict
from hal.conformance.hands import Hand
from hal.conformance.suite import CHECKS, chosen, run_checks
from tests.conformance.served import DUMB, ENCODER, TIMES, WIRES, tried

DRIVER_KEEPS = {"second-session-fences", "clock-orders-nothing", "consumables-fall"}
"""The driver is the memory of the machine: one for all connections, with its own clock."""
EXEMPT = {
    # Nothing can stand between the two ends of a pseudo-terminal.
    "pty": {check.id for check in CHECKS if Hand.TAMPER in check.needs},
    ENCODER: DRIVER_KEEPS,
    DUMB: DRIVER_KEEPS,
}
ENDS_INSTEAD = {
    "canister-pulled",
    "wrong-canister",
    "door-opened",
    "emergency-stop",
    "film-out",
    "take-up-full",
}
"""Where these checks wait for an alarm that holds, a machine that packs one pouch per command ends what it does."""
SLOW = {"half-open-bell"}
"""A silent line is noticed after 15 s of real time."""
SAMPLE = frozenset(
    {
        "closed-and-reopened",
        "cancelled-calls",
        "doorbell-rings",
        "lower-epoch-fenced",
        "commands-fenced",
        "commands-after-reopening",
        "journal-pages",
        "journal-head",
        "acknowledge-wrong-head",
        "cut-while-idle",
        "load-not-sent-again",
        "refused-with-every-reason",
        "packed-as-ordered",
        "print-unspoiled",
        "print-longest",
        "two-orders-without-gap",
        "stop-is-final",
        "power-cut-while-packing",
        "door-opened",
    }
)
"""What a wire spoils first."""
FEW = frozenset(
    {
        "closed-and-reopened",
        "cancelled-calls",
        "doorbell-rings",
        "commands-fenced",
        "second-session-fences",
        "journal-head",
        "load-not-sent-again",
        "packed-as-ordered",
        "print-unspoiled",
        "power-cut-while-packing",
    }
)
"""The same for wires that share most of their way with another one."""


LEVELS = {
    "serial": ((Level.WIRE,), (Level.BEHAVIOUR,), (Level.HARDWARE,)),
}


def is_short(wire: str, check: Check) -> bool:
    if wire == "serial":
        return check.level is not Level.ENDURANCE and check.id not in SLOW
    return check.id in (SAMPLE if wire == "opcua" else FEW)


def is_for(wire: str, check: Check) -> bool:
    return check.id not in ENDS_INSTEAD or wire not in {ENCODER, DUMB}


def cases() -> list[Case]:
    """Return what to run in one place: every check of a level, or the short version."""
    return [
        pytest.param(wire, levels, id=f"{wire}-{levels[0].value}" if len(levels) == 1 else wire)
        for wire in WIRES
        for levels in ([(level,) for level in Level] if TIMES else LEVELS.get(wire, [tuple(Level)]))
    ]


@pytest.mark.campaign
@pytest.mark.timeout(300 + 3_600 * TIMES)
@pytest.mark.parametrize(("wire", "levels"), cases())
def test_a_driver_of_ours_conforms(wire: str, levels: tuple[Level, ...], tmp_path: Path) -> None:
    async def run() -> tuple[CheckResult, ...]:
        async with tried(wire, tmp_path) as bench:
            return await run_checks(bench, checks)

    checks = [check for check in chosen(levels) if is_for(wire, check) and (TIMES or is_short(wire, check))]
    results = asyncio.run(run())
    exempt = {result.id for result in results if result.verdict is Verdict.EXEMPT}
    assert [str(result) for result in results if result.verdict is Verdict.FAILED] == []
    assert exempt == EXEMPT.get(wire, set()) & {check.id for check in checks}
