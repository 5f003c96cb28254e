from datetime import UTC, date, datetime
from pathlib import Path

from dispenser.core.ids import GroupId
from dispenser.core.periods import Reason
from dispenser.store.session import Database
from tests.support.cli import Command

OPEN = ("period", "open", "--group", "nord", "--first", "2026-11-30")


def test_a_period_is_opened_with_the_usual_deadline(dispenser: Command, site: Path, store: Database) -> None:
    ended = dispenser(*OPEN, "--config", site, "--json")
    expected = {"group": "nord", "first": "2026-11-30", "last": "2026-12-13", "deadline": "2026-11-25T11:00:00+00:00"}
    assert (ended.code, ended.rows) == (0, [expected])
    with store.read() as tx:
        record = tx.groups.latest(GroupId("nord"))
    assert record is not None
    assert (record.period.first, record.state) == (date(2026, 11, 30), "open")


def test_a_period_is_opened_with_a_deadline_of_its_own(dispenser: Command, site: Path, store: Database) -> None:
    assert dispenser(*OPEN, "--days", "7", "--deadline", "2026-11-28T09:30:00Z", "--config", site).code == 0
    with store.read() as tx:
        record = tx.groups.latest(GroupId("nord"))
    assert record is not None
    assert (record.period.days, record.deadline) == (7, datetime(2026, 11, 28, 9, 30, tzinfo=UTC))


def test_a_period_over_the_holidays_is_opened_for_a_reason(dispenser: Command, site: Path, store: Database) -> None:
    reason = ("--reason", "Jul: ingen udbringning", "--who", "A. Holm")
    for half in ((), reason[:2], reason[2:]):
        ended = dispenser(*OPEN, "--days", "28", *half, "--config", site)
        assert (ended.code, "reason" in ended.err) == (3, True)
    assert dispenser(*OPEN, "--days", "28", *reason, "--config", site).code == 0
    with store.read() as tx:
        record = tx.groups.latest(GroupId("nord"))
    assert record is not None
    assert (record.period.days, record.reason) == (28, Reason("A. Holm", "Jul: ingen udbringning"))


def test_the_same_period_twice_is_refused(dispenser: Command, site: Path, store: Database) -> None:
    dispenser(*OPEN, "--config", site)
    ended = dispenser(*OPEN, "--days", "7", "--config", site)
    assert ended.code == 3
    assert "nord" in ended.err
    assert "Traceback" not in ended.err
    with store.read() as tx:
        assert [record.period.days for record in tx.groups.periods(9)] == [14]


def test_a_deadline_in_another_form_is_wrong_use(dispenser: Command, site: Path) -> None:
    assert dispenser(*OPEN, "--deadline", "28.11.2026", "--config", site).code == 2
