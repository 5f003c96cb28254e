"""The same seed and commit give the same bytes in another process, with any hashing of texts."""

import os
import subprocess
import sys
from pathlib import Path

NAMES = (
    "02-double-seen",
    "17-sensor-noisy",
    "20-power-cut-before-seal",
    "21-order-table-older",
    "22-noise",
    "plain-day",
)
STRESS = """\
title = { da = "En dag med alt", en = "A day of everything" }
profile = "stress"
seed = 20261122
[machine]
clear_ms = 1000
[[order]]
name = "roll"
pouches = 150
pick = [{ bay = 1, units = 2 }, { bay = 2, units = 1 }, { product = "28100000011", quarters = 2, only = [1, 2, 3] }]
[[step]]
do = "give"
order = "roll"
[expect]
"""


def made(folder: Path, seed: int) -> dict[str, bytes]:
    """Run scenarios and a day with every fault in a process of its own, and judge and draw them in a second."""
    folder.mkdir()
    (folder / "day.toml").write_text(STRESS, "utf-8")
    # Without git: a commit that is made between the two is no difference of theirs.
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PATH": ""}

    def call(*arguments: str) -> bytes:
        command = [sys.executable, "-m", "simulator", *arguments]
        root = {**environment, "PYTHONPATH": str(Path(__file__).parents[2])}
        return subprocess.run(command, cwd=folder, env=root, capture_output=True, check=False).stdout  # noqa: S603

    evidence = ("--keep", "runs", "--junit", "v.xml", "--report", "v.pdf")
    told = call("scenario", "run", *NAMES, "day.toml", "--json", *evidence)
    again = call("report", "--state", "runs", "--pdf", "r.pdf", "--junit", "r.xml")
    drawn = call("picture", "day", "7", "--state", "runs")
    assert (folder / "r.pdf").exists()
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {**files, "told": told, "again": again, "drawn": drawn}


def test_two_processes_make_the_same_bytes(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one", 0), made(tmp_path / "other", 4_242)
    assert one.keys() == other.keys()
    assert len(one["runs/day/log.ndjson"].splitlines()) > 1_000
    assert [name for name in one if one[name] != other[name]] == []
    assert b"done again from its recording" not in one["again"], "the second process did the runs again"
