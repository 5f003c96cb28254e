"""Pouches that were packed before fills were registered: what the commands say of them."""

from pathlib import Path

from dispenser.core.ids import RollId
from dispenser.store.session import Database
from tests.support.cli import Command

ROLL = "0000010001"
PLAN = ("batch", "plan", "--group", "default", "--first", "2026-11-30", "--days", "3", "--who", "A. Holm")
RECALL = ("lot", "recall", "AB12", "--who", "A. Holm", "--reason", "DKMA 2026-17")


def test_what_nobody_wrote_down_is_unknown_and_not_nothing(dispenser: Command, site: Path, store: Database) -> None:
    dispenser(*PLAN, "--config", site)
    dispenser("batch", "release", "000001", "--who", "A. Holm", "--config", site)
    assert dispenser("trace", "pouch", ROLL, "1", "--config", site, "--json").rows == []
    with store.write() as tx:
        (job,) = tx.jobs.of_roll(RollId(ROLL))
        assert tx.jobs.close_pouch(job.job_id, 1, "packed", 1, "", job.created_at)
        first = tx.batches.roll(RollId(ROLL)).pouches[0]
    rows = dispenser("trace", "pouch", ROLL, "1", "--config", site, "--json").rows
    assert [row["product"] for row in rows] == [content.product_id for content in first.contents]
    assert {row[name] for row in rows for name in ("lot", "gtin", "expiry", "container", "fill")} == {None}
    recalled = dispenser(*RECALL, "--config", site, "--json")
    assert (recalled.code, recalled.rows) == (0, [])
    assert recalled.err == f"1 packed pouches of unknown lots, look at them by hand; rolls {ROLL}\n"


def test_a_recall_that_knows_every_pouch_says_no_more(dispenser: Command, site: Path) -> None:
    assert dispenser(*RECALL, "--config", site).err == ""
