"""The `dispenser-conform` command: tries a driver on a machine.

Exit codes: 0 every check passed or is exempt, 1 one failed, 2 wrong use, 5 surroundings (no such driver, no machine).
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from hal.clock import SystemClock
from hal.conformance.asking import Human, Switch, injecting
from hal.conformance.bench import Endurance
from hal.conformance.check import Check, CheckResult, Level, Verdict
from hal.conformance.loading import NoSuchDriverError, driver_named
from hal.conformance.report import Subject, html_report
from hal.conformance.station import Pace
from hal.conformance.suite import CHECKS, chosen
from hal.conformance.trial import Outcome, Plan, try_out
from hal.driver import DriverInfo
from hal.errors import MachineError

DONE, FAILED, WRONG_USE, SURROUNDINGS = 0, 1, 2, 5


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    made = argparse.ArgumentParser(
        prog="dispenser-conform",
        description="Try whether a driver and its machine keep the contract. It packs real pouches.",
        epilog="Exit codes: 0 passed or exempt, 1 a failure, 2 wrong use, 5 surroundings.",
    )
    made.add_argument("driver", metavar="DRIVER", nargs="?", help="name of an installed plug-in, or module:ATTRIBUTE")
    made.add_argument("uri", metavar="URI", nargs="?", help="where the machine is")
    levels = [level.value for level in Level]
    made.add_argument("--level", action="append", choices=levels, default=[], help="only this level (may be repeated)")
    made.add_argument("--check", action="append", default=[], metavar="ID", help="only this check (may be repeated)")
    made.add_argument("--list", action="store_true", help="print the checks and try nothing")
    made.add_argument("--json", action="store_true", help="a JSON object as the last line")
    made.add_argument("--report", type=Path, metavar="FILE.html", help="write a report to be signed")
    made.add_argument("--language", choices=("en", "da"), default="en", help="of report and requests")
    made.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="of the report (today)")
    made.add_argument("--folder", type=Path, metavar="DIR", help="the driver's own folder (keys, journal)")
    made.add_argument("--epoch", type=_count, default=0, help="above every epoch that the machine has seen")
    made.add_argument("--pouches", type=_count, default=30, help="pouches in orders that are interrupted (30)")
    made.add_argument("--patience", type=float, default=120.0, help="seconds for the machine to come to a state (120)")
    made.add_argument("--step", type=float, default=0.1, help="seconds between two looks at the machine (0.1)")
    made.add_argument(
        "--silence",
        type=float,
        default=Pace().detect,
        metavar="SECONDS",
        help="after which a doorbell must know that nobody is at the other end (3; PP-LIS over TCP 16)",
    )
    made.add_argument("--seed", type=_count, default=1, help="of the random walks")
    made.add_argument("--operator", action="store_true", help="ask at this terminal for deeds and for power")
    made.add_argument("--power", metavar="COMMAND", help="run as COMMAND off and COMMAND on to switch the machine")
    made.add_argument(
        "--inject", metavar="COMMAND", help="run as COMMAND NAME [key=value ...] [--over]: simulators only"
    )
    return made


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise ValueError
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    reader = parser()
    given = reader.parse_args(arguments)
    checks = chosen([Level(name) for name in given.level], given.check)
    unknown = sorted(set(given.check) - {one.id for one in CHECKS})
    if unknown:
        reader.error(f"no such check: {', '.join(unknown)}; --list names them")
    if given.list:
        _say_checks(checks)
        return DONE
    if not given.driver or not given.uri:
        reader.error("DRIVER and URI are needed")
    if not checks:
        reader.error("no check is chosen")
    try:
        driver, version = driver_named(given.driver)
        plan = _plan(given, driver)
        outcome = asyncio.run(try_out(plan, checks, _tell))
        if given.report is not None:
            day = given.date or plan.clock.now().date()
            subject = Subject(driver.name, version, driver.contract, given.uri, outcome.capabilities, day)
            given.report.write_text(html_report(subject, checks, outcome.results, given.language), encoding="utf-8")
    except (NoSuchDriverError, MachineError, ValueError, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return SURROUNDINGS
    except KeyboardInterrupt:
        return FAILED
    _say_sum(outcome, is_json=given.json)
    return FAILED if outcome.counts[Verdict.FAILED] else DONE


def _plan(given: argparse.Namespace, driver: DriverInfo) -> Plan:
    clock = SystemClock()
    human = Human(_Console(), given.language) if given.operator else None
    hands = injecting(given.inject) if given.inject else None
    if given.folder is not None:
        given.folder.mkdir(parents=True, exist_ok=True)
    return Plan(
        driver=driver,
        uri=given.uri,
        clock=clock,
        folder=given.folder,
        epoch=given.epoch,
        long_pouches=given.pouches,
        pace=Pace(given.patience, given.step, given.silence),
        endurance=Endurance(seed=given.seed),
        power=Switch(given.power) if given.power else human,
        operator=human or hands,
        inject=hands,
    )


class _Console:
    """The terminal; what is asked goes where progress goes, so that the last line of output stays alone."""

    def ask(self, text: str) -> str:
        """Show `text` and return what was typed."""
        sys.stderr.write(text)
        sys.stderr.flush()
        return sys.stdin.readline()


def _tell(result: CheckResult) -> None:
    sys.stderr.write(f"{result}\n")
    sys.stderr.flush()


def _say_checks(checks: Sequence[Check]) -> None:
    for one in checks:
        needs = f" [{', '.join(hand.name.lower() for hand in one.needs)}]" if one.needs else ""
        sys.stdout.write(f"{one.level.value:10}{one.id}{needs}: {one.title}\n")


def _say_sum(outcome: Outcome, *, is_json: bool) -> None:
    found = outcome.sum()
    if is_json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    sys.stdout.write(
        f"{found['checks']} checks: {found['passed']} passed, {found['failed']} failed, {found['exempt']} exempt "
        f"in {found['seconds']} s\n"
    )


def run() -> None:
    """Run the command."""
    sys.exit(main())


if __name__ == "__main__":
    run()
