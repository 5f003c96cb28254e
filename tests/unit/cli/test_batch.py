"""`dispenser batch` and `dispenser labels`: plan, look, release, print; refused means exit code 3 and nothing done."""

from pathlib import Path

import pytest

from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId
from dispenser.store.session import Database
from labels.readback import read_back
from tests.support.cli import Command

PLAN = ("batch", "plan", "--group", "default", "--first", "2026-11-30", "--days", "3", "--who", "A. Holm")


def test_a_batch_is_planned(dispenser: Command, site: Path, store: Database) -> None:
    ended = dispenser(*PLAN, "--config", site, "--json")
    (row,) = ended.rows
    with store.read() as tx:
        record = tx.batches.get(BatchId("000001"))
    assert (ended.code, row["batch"], row["state"]) == (0, "000001", "planned")
    assert (row["first"], row["last"], row["pouches"]) == ("2026-11-30", "2026-12-02", 6)
    assert (row["digest"], row["rolls"], row["findings"]) == (record.digest, 1, 0)


def test_planning_twice_has_nothing_left_to_pack(dispenser: Command, site: Path, store: Database) -> None:
    dispenser(*PLAN, "--config", site)
    ended = dispenser(*PLAN, "--config", site)
    assert (ended.code, ended.out) == (3, "")
    assert "Nobody in the group" in ended.err
    with store.read() as tx:
        assert len(tx.batches.newest(5)) == 1


def test_an_unknown_group_has_nothing_to_pack(dispenser: Command, site: Path) -> None:
    assert dispenser(*PLAN, "--group", "nonsense", "--config", site).code == 3


def test_without_any_machine_that_answered_nothing_is_planned(dispenser: Command, site: Path) -> None:
    empty = site.parent / "empty.toml"
    empty.write_text(f'database = "sqlite:///{site.parent / "empty.db"}"', encoding="utf-8")
    assert dispenser("migrate", "--config", empty).code == 0
    ended = dispenser(*PLAN, "--config", empty)
    assert ended.code == 4
    assert "No machine has ever answered" in ended.err


def test_batches_are_listed_newest_first(dispenser: Command, site: Path) -> None:
    assert dispenser("batch", "list", "--config", site, "--json").rows == []
    dispenser(*PLAN, "--config", site)
    dispenser(*PLAN, "--first", "2026-12-03", "--config", site)
    ended = dispenser("batch", "list", "--config", site, "--json")
    assert [row["batch"] for row in ended.rows] == ["000002", "000001"]


def test_a_batch_is_shown_roll_by_roll(dispenser: Command, site: Path) -> None:
    dispenser(*PLAN, "--config", site)
    (row,) = dispenser("batch", "show", "000001", "--config", site, "--json").rows
    assert row == {"roll": "0000010001", "machine": None, "plan_revision": 1, "pouches": 6, "packed": 0}
    told = dispenser("batch", "show", "000001", "--config", site).out
    assert "000001" in told
    assert "planned" in told


def test_a_batch_is_released_in_somebodys_name(dispenser: Command, site: Path, store: Database) -> None:
    dispenser(*PLAN, "--config", site)
    for _ in range(2):
        ended = dispenser("batch", "release", "000001", "--who", "A. Holm", "--config", site, "--json")
        assert (ended.code, ended.rows[0]["state"]) == (0, "released")
    with store.read() as tx:
        record = tx.batches.get(BatchId("000001"))
        assert len(tx.jobs.of_batch(BatchId("000001"))) == 1
    assert (record.state, record.released_by) == (BatchState.RELEASED, "A. Holm")


@pytest.mark.parametrize(
    "arguments",
    [
        ("batch", "show", "000777"),
        ("batch", "release", "000777", "--who", "A. Holm"),
        ("labels", "000777", "--out", "labels.pdf"),
    ],
)
def test_an_unknown_batch_is_named(
    dispenser: Command, site: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(site.parent)
    ended = dispenser(*arguments, "--config", site)
    assert ended.code == 3
    assert "000777" in ended.err
    assert not (site.parent / "labels.pdf").exists()


def test_labels_are_written_as_pdf(dispenser: Command, site: Path) -> None:
    dispenser(*PLAN, "--config", site)
    out = site.parent / "labels.pdf"
    ended = dispenser("labels", "000001", "--out", out, "--config", site)
    assert ended.code == 0
    assert str(out) in ended.out
    assert len(read_back(out.read_bytes())) == 1 + 6


def test_labels_that_cannot_be_written_are_an_error_of_the_surroundings(dispenser: Command, site: Path) -> None:
    dispenser(*PLAN, "--config", site)
    ended = dispenser("labels", "000001", "--out", "/dev/null/labels.pdf", "--config", site)
    assert ended.code == 5
    assert "/dev/null/labels.pdf" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("--days", "29"),
        ("--days", "0"),
        ("--first", "30-11-2026"),
        ("--colour", "red"),
    ],
)
def test_wrong_use_is_told_before_anything_is_done(
    dispenser: Command, site: Path, store: Database, wrong: tuple[str, str]
) -> None:
    ended = dispenser(*PLAN, *wrong, "--config", site)
    assert ended.code == 2
    assert wrong[0] in ended.err
    with store.read() as tx:
        assert tx.batches.newest(5) == ()


def test_who_lacks_something_is_listed(dispenser: Command, site: Path, store: Database) -> None:
    missing = ("batch", "missing", "--config", site, "--json")
    assert dispenser(*missing).rows == []
    (batch,) = dispenser(*PLAN, "--config", site, "--json").rows
    assert dispenser(*missing).rows == []
    with store.write() as tx:
        (roll,) = tx.batches.rolls(BatchId("000001"))
        tx.batches.void_roll(roll.roll_id, "lost")
    (row,) = dispenser(*missing).rows
    assert (row["group"], row["period"], row["acute"]) == (
        "default", "2026-11-30 to 2026-12-02", "Akut ændring af medicinering",
    )  # fmt: skip
    assert (row["doses"], row["first"], row["last"]) == (batch["pouches"], "2026-11-30", "2026-12-02")


def test_a_batch_that_is_not_packed_cannot_be_closed(dispenser: Command, site: Path, store: Database) -> None:
    dispenser(*PLAN, "--config", site)
    dispenser("batch", "release", "000001", "--who", "A. Holm", "--config", site)
    ended = dispenser("batch", "close", "000001", "--who", "B. Lund", "--config", site)
    assert (ended.code, ended.out) == (3, "")
    assert "DOSE-0275" in ended.err
    with store.read() as tx:
        assert tx.batches.get(BatchId("000001")).state is BatchState.RELEASED


def test_a_proof_tells_roll_by_roll_what_is_missing(dispenser: Command, site: Path) -> None:
    dispenser(*PLAN, "--config", site)
    dispenser("batch", "release", "000001", "--who", "A. Holm", "--config", site)
    ended = dispenser("batch", "verify", "000001", "--config", site, "--json")
    (row,) = ended.rows
    assert ended.code == 3
    assert (row["roll"], row["pouches"], row["packed"], row["proven"]) == ("0000010001", 6, 0, False)
    assert (row["units_expected"], row["units_counted"], row["missing"]) == ("6", "0", "0, 1, 2, 3, 4, 5, 6")
    assert "DOSE-0253 0000010001: Pouch 6" in ended.err
    told = dispenser("batch", "verify", "000001", "--config", site)
    assert "0000010001" in told.out
    assert dispenser("batch", "verify", "000777", "--config", site).code == 3
