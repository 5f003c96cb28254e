from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispenser.store.session import Database
from tests.support.cli import Command
from tests.support.slot_files import slot_file

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date()
PAST = TOMORROW - timedelta(days=9)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "slots.toml"
    path.write_text(slot_file(TOMORROW), encoding="utf-8")
    return path


def test_a_fresh_site_has_the_built_in_table(dispenser: Command, site: Path) -> None:
    (row,) = dispenser("slots", "list", "--config", site, "--json").rows
    assert (row["version"], row["signed_by"], row["reason"]) == ("default-1", None, "built in")
    told = {row["what"]: row["is"] for row in dispenser("slots", "show", "default-1", "--config", site, "--json").rows}
    assert (told["times.noon"], told["plain.3"]) == ("12:00", "morning noon evening")


def test_a_table_is_proposed_by_one_and_signed_by_another(dispenser: Command, site: Path, file: Path) -> None:
    ended = dispenser("slots", "propose", file, "--who", "A. Holm", "--config", site, "--json")
    (proposed,) = ended.rows
    assert (ended.code, proposed["version"], proposed["author"], proposed["signed_by"]) == (
        0,
        "slots-1",
        "A. Holm",
        None,
    )
    ended = dispenser("slots", "sign", "slots-1", "--who", "B. Lund", "--config", site, "--json")
    assert (ended.code, ended.rows[0]["signed_by"], ended.rows[0]["valid_from"]) == (0, "B. Lund", TOMORROW.isoformat())
    told = dispenser("slots", "show", "slots-1", "--config", site)
    assert all(word in told.out for word in ("slots-1", "B. Lund", "17:30", "plain.5"))
    assert [row["version"] for row in dispenser("slots", "list", "--config", site, "--json").rows] == [
        "default-1",
        "slots-1",
    ]


def test_the_author_cannot_sign(dispenser: Command, site: Path, file: Path, store: Database) -> None:
    dispenser("slots", "propose", file, "--who", "A. Holm", "--config", site)
    ended = dispenser("slots", "sign", "slots-1", "--who", "a. holm", "--config", site)
    assert (ended.code, "DOSE-0513" in ended.err) == (3, True)
    with store.read() as tx:
        assert tx.slot_tables.get("slots-1").signed_by is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (slot_file(PAST), ["DOSE-0512"]),
        (slot_file(TOMORROW, group="nowhere"), ["DOSE-0510"]),
        (slot_file(TOMORROW, three='["morning", "evening"]', evening="11:00"), ["DOSE-0508", "DOSE-0505"]),
        ("[times", ["DOSE-0501"]),
    ],
)
def test_a_bad_table_is_refused_with_every_reason(
    dispenser: Command, site: Path, file: Path, text: str, expected: list[str]
) -> None:
    file.write_text(text, encoding="utf-8")
    ended = dispenser("slots", "propose", file, "--who", "A. Holm", "--config", site)
    assert (ended.code, ended.out) == (3, "")
    assert all(code in ended.err for code in expected)
    assert "Traceback" not in ended.err


def test_a_file_that_is_no_text_is_refused(dispenser: Command, site: Path, file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00\x01")
    assert dispenser("slots", "propose", file, "--who", "A. Holm", "--config", site).code == 3


def test_a_file_that_is_not_there_is_wrong_use(dispenser: Command, site: Path, tmp_path: Path) -> None:
    assert dispenser("slots", "propose", tmp_path / "none.toml", "--who", "A. Holm", "--config", site).code == 2


@pytest.mark.parametrize("command", [["show", "slots-9"], ["sign", "slots-9", "--who", "B. Lund"]])
def test_a_table_that_is_not_there_is_refused(dispenser: Command, site: Path, command: list[str]) -> None:
    ended = dispenser("slots", *command, "--config", site)
    assert (ended.code, "slots-9" in ended.err) == (3, True)
