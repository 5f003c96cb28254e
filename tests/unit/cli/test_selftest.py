import json
import re
import shlex
from pathlib import Path

import pytest

from tests.support.cli import Command, Ended

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "run-the-self-test.md"
SHOWN = re.findall(r"^ *dispenser (safety selftest.*)$", GUIDE.read_text("utf-8"), re.MULTILINE)
"""The guide's own commands; the tests run them with fewer faults."""


def proposals(folder: Path, value: str) -> Path:
    """A file with one dosage, so many tablets a day."""
    dose = {"type": "PlainDoseWrapper", "isAccordingToNeed": False, "doseQuantity": value}
    structure = {
        "iterationInterval": 1,
        "startDate": "2026-11-23",
        "days": [{"dayNumber": 1, "allDoses": [dose]}],
    }
    unit = {"unitSingular": "tablet", "unitPlural": "tabletter"}
    dosage = {"structures": {"unitOrUnits": unit, "structures": [structure]}}
    file = folder / "proposals.json"
    text = json.dumps([{"dosage": dosage, "short_2016": f"{value} tablet daglig"}])
    file.write_text(text.replace(f'"doseQuantity": "{value}"', f'"doseQuantity": {value}'), encoding="utf-8")
    return file


def summary(ended: Ended) -> dict[str, object]:
    last = json.loads(ended.out.splitlines()[-1])
    assert isinstance(last, dict)
    return last


def test_the_guide_shows_commands() -> None:
    assert len(SHOWN) == 4


@pytest.mark.parametrize("line", [line for line in SHOWN if "seed" not in line])
def test_what_the_guide_shows_passes(
    line: str, dispenser: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    proposals(tmp_path, "1.5")
    ended = dispenser(*shlex.split(line), "--instances", 1)
    assert ended.code == 0, ended.out
    told = summary(ended)
    assert list(told) == ["kinds", "seeded", "caught", "false_blocks", "seconds"]
    kinds = told["kinds"]
    assert isinstance(kinds, int)
    assert kinds >= 300
    assert (told["seeded"], told["caught"], told["false_blocks"]) == (kinds, kinds, 0)
    if "--json" in line:
        *rows, _ = [json.loads(row) for row in ended.out.splitlines()]
        assert len(rows) == kinds
        assert rows[0].keys() == {"kind", "what", "stage", "checks", "seeded", "caught", "missed"}
        assert all(row["seeded"] == row["caught"] == 1 and row["missed"] == [] for row in rows)
    else:
        assert "no faults that were not caught" in ended.out
        assert "no sound things that were stopped" in ended.out
        assert re.search(r"pouch +\d+ +\d+ +\d+", ended.out)
        more = 1 if "--dosages" in line else 0
        assert f"{97 + more} usual dosages" in ended.out


def test_a_dosage_that_is_stopped_fails_the_run(dispenser: Command, tmp_path: Path) -> None:
    ended = dispenser("safety", "selftest", "--instances", 1, "--dosages", proposals(tmp_path, "0.3"), "--json")
    assert ended.code == 1
    assert summary(ended)["false_blocks"] == 1
    assert json.loads(ended.out.splitlines()[-2]) == {
        "false_block": "0.3 tablet daglig",
        "part": "dosages as packed",
        "codes": ["not-quarters"],
    }


def test_a_file_that_has_no_dosages_is_wrong_use(dispenser: Command, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_bytes(b"\xff Dear all")
    ended = dispenser("safety", "selftest", "--dosages", file)
    assert ended.code == 2
    assert "--dosages" in ended.err
