"""The demonstration as a user runs it: the last line is one JSON object, and every figure adds up."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DISPENSER = Path(sys.executable).parent / "dispenser"
NAMES = [
    "citizens",
    "machines",
    "pouches",
    "void",
    "parked",
    "refused",
    "lost",
    "doubled",
    "truth_equal",
    "labels_read_back",
    "seconds",
]


@pytest.mark.campaign
def test_a_small_demonstration_packs_everything_once_and_says_so(tmp_path: Path) -> None:
    command = [DISPENSER, "demo", "--once", "--json", "--citizens", "16", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    account = json.loads(done.stdout.splitlines()[-1])
    assert list(account) == NAMES
    assert (account["citizens"], account["machines"], account["lost"], account["doubled"]) == (10, 4, 0, 0)
    assert account["truth_equal"] is True
    assert account["labels_read_back"] == account["pouches"] > 10 * 14
    assert account["refused"] > 0
    assert list(tmp_path.iterdir()) == []
