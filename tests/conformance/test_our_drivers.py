"""Our own drivers pass the kit, each over its wire against a simulated machine that is served for real.

The normal suite deals the checks out: each but those for endurance is tried on PP-LIS or on OPC UA, some on both, and
what a wire spoils first on the others. With CONFORM_TIMES=1 (as `./run soak` sets it) every check is taken on every
wire, endurance as long as for a vendor; more is longer.
"""

import asyncio
import tempfile
from pathlib import Path

import pytest

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
SLOW = {"half-open-bell"}
"""A silent line is noticed after 15 s of real time."""
FEW = frozenset(
    {
        "closed-and-reopened",
        "cancelled-calls",
        "doorbell-rings",
        "commands-fenced",
        "second-session-fences",
        "journal-head",
        "load-meets-stop",
        "load-not-sent-again",
        "packed-as-ordered",
        "print-unspoiled",
        "power-cut-while-packing",
    }
)
"""What a wire spoils first."""
FEWEST = frozenset({"closed-and-reopened", "commands-fenced", "journal-head", "packed-as-ordered"})
"""The same where every connection is dear: its security is tried in tests of its own."""
SEEN_BY_OPCUA = frozenset(
    {
        "cut-while-idle",
        "machine-gone",
        "half-open-bell",
        "journal-over-cuts",
        "power-capabilities-kept",
    }
)
"""What else is tried on OPC UA as well: it may fail there in its own way."""
STOPS = frozenset({"canister-pulled", "wrong-canister", "door-opened", "film-out", "take-up-full"})
"""What a driver has to make of alarms when its machine has no states."""
BRIEF = tuple(check for check in CHECKS if check.level is not Level.ENDURANCE)


def share(wire: str) -> tuple[Check, ...]:
    """Return what the normal suite tries on a wire.

    Two of three checks that break neither the wire nor the power are tried on OPC UA, the others on PP-LIS, which is
    slower.
    """
    if wire == ENCODER:
        return chosen(ids=sorted(FEW | STOPS))
    if wire not in {"serial", "opcua"}:
        return chosen(ids=sorted(FEWEST if wire in {"opcua-secure", DUMB} else FEW))
    whole = [check.id for check in BRIEF if not {Hand.TAMPER, Hand.POWER} & set(check.needs)]
    dealt = {*whole[1::3], *whole[2::3]}
    if wire == "opcua":
        return chosen(ids=sorted(dealt | FEW | SEEN_BY_OPCUA))
    return tuple(check for check in BRIEF if check.id in FEW or check.id not in dealt | SLOW)


Part = tuple[str, tuple[Check, ...]]
"""A wire, and what is tried on it."""


def cases() -> dict[str, list[Part]]:
    """Return what is tried at the same time, by name; most of it is waiting."""
    if TIMES:
        pairs = [(wire, level) for wire in WIRES for level in Level]
        return {f"{wire}-{level.value}": [(wire, chosen([level]))] for wire, level in pairs}
    # A journal that is short is read quickly.
    serial = [("serial", tuple(check for check in share("serial") if check.level is level)) for level in Level]
    lines = [*((wire, share(wire)) for wire in ("pty", ENCODER, DUMB)), *(part for part in serial if part[1])]
    return {"lines": lines, **{wire: [(wire, share(wire))] for wire in ("opcua", "opcua-secure")}}


@pytest.mark.soak
@pytest.mark.timeout(300 + 3_600 * TIMES)
@pytest.mark.parametrize("parts", cases().values(), ids=cases())
def test_a_driver_of_ours_conforms(parts: list[Part], tmp_path: Path) -> None:
    async def run(at: int) -> tuple[CheckResult, ...]:
        wire, checks = parts[at]
        async with tried(wire, Path(tempfile.mkdtemp(dir=tmp_path))) as bench:
            return await run_checks(bench, checks)

    async def run_all() -> list[tuple[CheckResult, ...]]:
        return await asyncio.gather(*map(run, range(len(parts))))

    for (wire, checks), results in zip(parts, asyncio.run(run_all()), strict=True):
        exempt = {result.id for result in results if result.verdict is Verdict.EXEMPT}
        assert [f"{wire} {result}" for result in results if result.verdict is Verdict.FAILED] == []
        assert exempt == EXEMPT.get(wire, set()) & {check.id for check in checks}


def test_every_check_has_its_share() -> None:
    serial, opcua = ({check.id for check in share(wire)} for wire in ("serial", "opcua"))
    assert serial | opcua == {check.id for check in BRIEF}
    # Both are tried in every respect.
    kinds = {check.body.__module__: set[str]() for check in BRIEF}
    for check in BRIEF:
        kinds[check.body.__module__].add(check.id)
    assert [kind for kind, ids in kinds.items() if not (ids & serial and ids & opcua)] == []
