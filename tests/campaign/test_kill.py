"""Real processes, real wires: controller and machines are killed at random moments, and no pouch is lost or doubled."""

import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import httpx2
import pytest
from rich.console import Console

from dispenser.cli.demo.account import account_of
from dispenser.cli.demo.course import CONTROLLER, Course
from dispenser.cli.demo.folder import DemoFolder
from dispenser.cli.demo.processes import Processes

KILLS = int(os.environ.get("CAMPAIGN_KILLS", "20"))
"""Of the controller, and of the machines on each wire."""
CITIZENS = 2 * KILLS
SPEED = 6
LONGEST_SECONDS = 45.0 * KILLS


@pytest.mark.campaign
@pytest.mark.timeout(LONGEST_SECONDS)
def test_twenty_kills_of_everything_cost_no_pouch(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get("CAMPAIGN_SEED", random.randrange(1_000_000)))
    print(f"CAMPAIGN_SEED={seed} ./run test tests/campaign/test_kill.py")  # noqa: T201 - replays a failure
    record_property("seed", seed)
    chance = random.Random(seed)
    folder = DemoFolder.create(tmp_path / "demo", first=date(2026, 11, 30), seed=seed, port=0, speed=SPEED)
    wires = {
        "controller": [CONTROLLER],
        **{wire: [m.machine_id for m in folder.machines if m.wire == wire] for wire in ("opcua", "serial")},
    }
    deck = [kind for kind in wires for _ in range(KILLS)]
    chance.shuffle(deck)
    with Processes(tmp_path / "logs") as processes:
        course = Course(folder, processes, Console(quiet=True))
        batch_id = course.run_to_release(CITIZENS)
        made = 0
        with httpx2.Client(base_url=folder.url, timeout=5.0) as client:
            while not is_packed(client, batch_id):
                if made < len(deck):
                    name = chance.choice(wires[deck[made]])
                    made += 1
                    processes.kill(name)
                    if name == CONTROLLER:
                        course.start_controller()
                    else:
                        course.start_machine(name)
                wait_until = time.monotonic() + chance.uniform(0.2, 4.0)
                while time.monotonic() < wait_until:
                    time.sleep(0.05)
        course.fetch_papers(batch_id)
    account = account_of(folder, 0.0)
    assert made == len(deck), f"the batch was packed after {made} kills only"
    assert (account.lost, account.doubled, account.truth_equal) == (0, 0, True)
    assert account.pouches == account.labels_read_back


def is_packed(client: httpx2.Client, batch_id: str) -> bool:
    with suppress(httpx2.TransportError):
        answer = client.get(f"/api/batches/{batch_id}")
        return answer.status_code == 200 and answer.json()["record"]["state"] == "packed"
    return False
