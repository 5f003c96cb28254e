"""The log on disk: whole lines only, one process only, nothing lost to kill -9."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.machine import Machine
from simulator.state_folder import LOG_NAME, FileMemory, StateFolderError
from simulator.truth import machines_in, read_truth, truth_line
from tests.support.bench import Bench

_PACKS_UNTIL_KILLED = """
import sys
from pathlib import Path
from simulator.machine import Machine
from simulator.state_folder import FileMemory
from tests.support.bench import Bench
bench = Bench(profile="visible")
bench.machine = Machine(bench.spec, FileMemory(Path(sys.argv[1])))
number = bench.machine.status_document()["high_water"]
while True:
    number += 1
    bench.give(number, *([bench.pick(1)] for _ in range(40)))
    while bench.machine.status_document()["orders"][-1]["state"] not in ("ended", "interrupted"):
        bench.wait(500)
        print(bench.machine.boot_id, bench.machine.last_seq, flush=True)
"""


def test_lines_come_back_as_they_were(tmp_path: Path) -> None:
    memory = FileMemory(tmp_path / "m")
    memory.append(["a", "b\u2028c\x85"])
    memory.append(["æøå"])
    memory.close()
    assert FileMemory(tmp_path / "m").read() == ["a", "b\u2028c\x85", "æøå"]


def test_a_torn_line_is_dropped_and_cut_off(tmp_path: Path) -> None:
    memory = FileMemory(tmp_path)
    memory.append(["whole"])
    memory.close()
    with (tmp_path / LOG_NAME).open("ab") as stream:
        stream.write('{"entry":"tør'.encode()[:-2])
    memory = FileMemory(tmp_path)
    assert memory.read() == ["whole"]
    memory.append(["next"])
    memory.close()
    assert (tmp_path / LOG_NAME).read_bytes() == b"whole\nnext\n"


def test_a_second_process_is_kept_out(tmp_path: Path) -> None:
    memory = FileMemory(tmp_path)
    with pytest.raises(StateFolderError, match="in use"):
        FileMemory(tmp_path)
    memory.close()
    FileMemory(tmp_path).close()


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateFolderError, match="file/m"):
        FileMemory(tmp_path / "file" / "m")


def test_truth_is_read_while_the_machine_runs(tmp_path: Path) -> None:
    one = Bench()
    one.machine = Machine(one.spec, FileMemory(tmp_path / "bench"))
    one.give(1, [one.pick(1, 2)])
    one.wait_for("Complete")
    assert machines_in(tmp_path) == ["bench"]
    (truth,) = read_truth(tmp_path, "bench")
    assert truth["contents"] == {"28100000001": 8}
    assert len(truth.pop("pieces")) == 2  # type: ignore[arg-type]  # a list, told by the next line's text
    assert truth_line("bench", truth) == (
        '{"contents":{"28100000001":8},"faults":[],"film":1,"machine":"bench","order":1,"outcome":"packed","pouch":0,'
        '"print":"good","symbol":"S0"}'
    )
    with pytest.raises(StateFolderError, match="other"):
        list(read_truth(tmp_path, "other"))
    with pytest.raises(StateFolderError, match="no machine's log"):
        machines_in(tmp_path / "bench")


def test_kill_9_loses_nothing_that_was_seen(tmp_path: Path) -> None:
    for life in range(1, 5):
        seen = _live_and_die(tmp_path, lines=15 * life)
        memory = FileMemory(tmp_path)
        lines = memory.read()
        memory.close()
        boots = [line.split('"boot":"')[1].split('"')[0] for line in lines if line.startswith('{"entry"')]
        assert boots.count(seen[0]) >= seen[1]
        started = sum('"kind":"PouchStarted"' in line for line in lines)
        closed = sum('"kind":"PouchClosed"' in line for line in lines)
        truth = sum('"truth":' in line for line in lines)
        assert closed == truth
        assert started - closed in {0, 1}
    memory = FileMemory(tmp_path)
    last = Machine(Bench(profile="visible").spec, memory)
    memory.close()
    assert last.status_document()["film"] == started


def _live_and_die(folder: Path, lines: int) -> tuple[str, int]:
    """Run a machine until it has told of its journal `lines` times, kill it, and return what it told last."""
    command = [sys.executable, "-c", _PACKS_UNTIL_KILLED, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(lines)]
    time.sleep(0.003 * (lines % 4))
    os.kill(process.pid, signal.SIGKILL)
    told += process.stdout.readlines()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    boot, seq = next(line for line in reversed(told) if line.endswith("\n")).split()
    return boot, int(seq)
