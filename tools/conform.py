"""The conformance kit against a simulated machine in a process of its own: `./run conform --simulated opcua [--json]`.

It starts `dispenser-sim run` on a folder that is thrown away, cuts its power by killing the process (through
`warm_machine.py`), and puts faults in through its control socket. No check is exempt for want of a hand.
"""

import argparse
import asyncio
import json
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hal.clock import SystemClock
from hal.conformance.bench import Endurance
from hal.conformance.check import CheckResult, Level, Verdict
from hal.conformance.report import Subject, html_report
from hal.conformance.simulated import SimulatedHands
from hal.conformance.station import Pace
from hal.conformance.suite import chosen
from hal.conformance.trial import Plan, try_out
from hal.errors import MachineError
from hal.plugins import discover, driver_for
from simulator.control import ControlError, ask

SURROUNDINGS: Final = 5
UNIT: Final = "unit"
"""A machine on a serial line that keeps nothing: its driver is its memory."""
MACHINE: Final = "conform"
SPEED: Final = 100
"""Virtual seconds in a real one."""
_HAND_STEP: Final = 0.02
_START_SECONDS: Final = 60.0
_WARM: Final = Path(__file__).with_name("warm_machine.py")
_SILENCE: Final = {"serial": 16.0}
"""PP-LIS takes a machine for lost after three missed heartbeats of 5 s."""
_FLEET: Final = """
[[machine]]
id = "conform"
wire = "{wire}"
where = "{where}"
baud = 115200
pouches_per_minute = 90
warm_up_ms = 500
clear_ms = {mend_ms}
refill_ms = {mend_ms}
print_lines = 8
print_columns = 60
order_pouches = 100
charset = "iso-8859-1"
symbol_characters = 60
cell_quarters = [2, 4]
{more}
[[machine.bay]]
number = 1
canister = "K1"
fill = "F1"
product = "28100000101"
units = 50000

[[machine.bay]]
number = 2
canister = "K2"
fill = "F2"
product = "28100000202"
units = 50000
"""


class MachineProcess:
    """`dispenser-sim run` of one machine; cutting its power is killing it."""

    def __init__(self, folder: Path, wire: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.folder = folder
        where = f"opc.tcp://127.0.0.1:{port}/" if wire == "opcua" else f"tcp:127.0.0.1:{port}"
        timers = max(1 / SPEED, 0.03)
        scheme = "unit" if wire == UNIT else "pplis"
        self.uri = where if wire == "opcua" else f"{scheme}+socket://127.0.0.1:{port}?baud=115200&timers={timers}"
        more = 'personality = "dumb"' if wire == UNIT else ""
        spoken = "serial" if wire == UNIT else wire
        # A machine that is looked at once a pouch shows an alarm late.
        mend_ms = 150_000 if wire == UNIT else 50_000
        fleet = _FLEET.format(wire=spoken, where=where, mend_ms=mend_ms, more=more)
        (folder / "fleet.toml").write_text(fleet, encoding="utf-8")
        self._switch: asyncio.subprocess.Process | None = None

    async def restore(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            OSError: it does not start.
        """
        if self._switch is None:
            words = ("run", str(self.folder / "fleet.toml"), "--machine", MACHINE, "--state", str(self._states))
            pipe = asyncio.subprocess.PIPE
            self._switch = await asyncio.create_subprocess_exec(
                *(sys.executable, str(_WARM), *words, "--speed", str(SPEED)), stdin=pipe, stdout=pipe
            )
        await self._switched("on", "ready")

    async def cut(self) -> None:
        """Kill it between two instructions."""
        await self._switched("off", "off")

    async def end(self) -> None:
        """Take it away for good."""
        if self._switch is not None:
            await self._switch.communicate(b"")

    async def _switched(self, position: str, answer: str) -> None:
        """Switch the machine and wait for the line that begins with `answer`."""
        switch = self._switch
        if switch is None or switch.stdin is None or switch.stdout is None:
            raise OSError("there is no machine to be switched")
        switch.stdin.write(f"{position}\n".encode())
        async with asyncio.timeout(_START_SECONDS):
            while line := await switch.stdout.readline():
                if line.startswith(answer.encode()):
                    return
        message = f"the simulated machine cannot be switched {position}"
        raise OSError(message)

    async def put(self, name: str, values: Mapping[str, str], is_over: bool) -> bool:  # noqa: FBT001 - see Put
        """Put a fault in, or take it back."""
        return await self._ask({"inject": name, "values": dict(values), "over": is_over})

    async def press(self, name: str) -> bool:
        """Press a PackML command at the machine's panel."""
        return await self._ask({"press": name})

    async def _ask(self, request: Mapping[str, object]) -> bool:
        try:
            is_done, _ = await asyncio.to_thread(ask, self._states / MACHINE, request)
        except ControlError:
            return False
        return is_done

    @property
    def _states(self) -> Path:
        return self.folder / "machines"


def main() -> int:
    """Run the kit and return the exit code of `dispenser-conform`."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--simulated", choices=("opcua", "serial", UNIT), required=True, help="the wire")
    reader.add_argument("--level", action="append", choices=[level.value for level in Level], default=[])
    reader.add_argument("--check", action="append", default=[], metavar="ID")
    reader.add_argument("--silence", type=float, metavar="SECONDS", help="as of dispenser-conform (3; serial 16)")
    reader.add_argument("--seed", type=int, default=1, help="of the random walks")
    reader.add_argument("--json", action="store_true", help="a JSON object as the last line")
    reader.add_argument("--report", type=Path, metavar="FILE.html")
    reader.add_argument("--language", choices=("en", "da"), default="en")
    given = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="conform-") as folder:
        try:
            return asyncio.run(_run(given, Path(folder)))
        except (MachineError, OSError, ValueError) as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            return SURROUNDINGS


async def _run(given: argparse.Namespace, folder: Path) -> int:
    machine = MachineProcess(folder, given.simulated)
    hands = SimulatedHands(machine.put, machine.press, SystemClock(), _HAND_STEP)
    driver = driver_for(machine.uri, discover())
    silence = given.silence or _SILENCE.get(given.simulated, Pace().detect)
    plan = Plan(
        driver=driver,
        uri=machine.uri,
        clock=SystemClock(),
        folder=folder / "driver",
        epoch=1,
        long_pouches=90,
        pace=Pace(patience=60, step=0.02, detect=silence),
        endurance=Endurance(seed=given.seed),
        power=machine,
        operator=hands,
        inject=hands,
    )
    checks = chosen([Level(name) for name in given.level], given.check)
    try:
        await machine.restore()
        outcome = await try_out(plan, checks, _tell)
    finally:
        await machine.end()
    if given.report is not None:
        day = plan.clock.now().date()
        subject = Subject(driver.name, "", driver.contract, machine.uri, outcome.capabilities, day)
        given.report.write_text(html_report(subject, checks, outcome.results, given.language), encoding="utf-8")
    print(json.dumps(outcome.sum()) if given.json else outcome.sum())
    return 1 if outcome.counts[Verdict.FAILED] else 0


def _tell(result: CheckResult) -> None:
    sys.stderr.write(f"{result}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
