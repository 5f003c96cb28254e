"""The demonstration: simulated machines, the real controller and its interfaces, and an account of the truth."""

import json
import shutil
import signal
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from types import FrameType

from rich.console import Console

from dispenser.cli.demo.account import Account, account_of
from dispenser.cli.demo.course import Course
from dispenser.cli.demo.folder import DemoFolder
from dispenser.cli.demo.processes import DemoFailedError, Processes
from dispenser.main import listen

HOME = Path("var/demo")


def run_demo(*, once: bool, as_json: bool, citizens: int, seed: int, speed: int, port: int) -> int:
    """Run the demonstration; return the exit code: 0 when every pouch is accounted for.

    `once` uses free ports and a temporary folder and stops at the end; otherwise the panel stays up until stopped.
    """
    console = Console(stderr=True, quiet=as_json and once)
    began = time.monotonic()
    if not once:
        # Before anything is cleared away: another demonstration may still be using it.
        listen("127.0.0.1", port).close()
    root = Path(tempfile.mkdtemp(prefix="dispenser-demo-")) if once else _fresh(HOME)
    signal.signal(signal.SIGTERM, _end)
    code = 0
    try:
        with Processes(root / "logs") as processes:
            first = _today() + timedelta(days=7)
            folder = DemoFolder.create(root, first=first, seed=seed, port=0 if once else port, speed=speed)
            course = Course(folder, processes, console)
            course.run(citizens)
            account = account_of(folder, round(time.monotonic() - began, 1))
            _report(console, folder, account)
            if as_json:
                sys.stdout.write(json.dumps(account.document()) + "\n")
                sys.stdout.flush()
            if not once:
                console.print(f"The panel stays up on [bold]{folder.url}[/] until you press Ctrl-C.")
                processes.wait()
            code = 0 if account.good else 1
    except DemoFailedError as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    except KeyboardInterrupt:
        console.print("stopped")
    finally:
        if once:
            shutil.rmtree(root, ignore_errors=True)
    return code


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(1)


def _today() -> date:
    from hal.clock import SystemClock
    from scheduling.calendar import local_date

    return local_date(SystemClock().now())


def _fresh(home: Path) -> Path:
    """Return an empty folder: a demonstration keeps nothing of the one before."""
    if home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True)
    return home


def _report(console: Console, folder: DemoFolder, account: Account) -> None:
    console.print(f"Packed {account.pouches} pouches for {account.citizens} citizens on {account.machines} machines.")
    console.print(f"  void {account.void}, parked lines {account.parked}, refused lines {account.refused}")
    console.print(
        f"  lost {account.lost}, packed twice {account.doubled}, "
        f"truth of every machine equals the record: {'yes' if account.truth_equal else 'NO'}"
    )
    console.print(f"  labels read back {account.labels_read_back}: {folder.labels_pdf}")
    console.print(f"  batch record: {folder.record_pdf}")
