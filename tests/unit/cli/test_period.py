from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dispenser.core.ids import GroupId
from dispenser.core.periods import Reason
from dispenser.store.session import Database
from tests.support.cli import Command

OPEN = ("period", "open", "--group", "nord", "--first", "2026-11-30")


def test_a_period_is_opened_with_the_usual_deadline(dispenser: Command, site: Path, store: Database) -> None:
    ended = dispenser(*OPEN, "--config", site, "--json")
    expected = {
        "group": "nord",
        "first": "2026-11-30",
        "last": "2026-12-13",
        "days": 14,
        "deadline": "2026-11-25T11:00:00+00:00",
        "state": "open",
        "batch": None,
        "reason": None,
        "reason_by": None,
        "days_early": 0,
    }
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


def test_a_period_without_a_first_day_follows_the_last_one(dispenser: Command, site: Path, store: Database) -> None:
    dispenser(*OPEN, "--days", "7", "--config", site)
    assert dispenser("period", "open", "--group", "nord", "--config", site).code == 0
    assert dispenser("period", "open", "--group", "nord", "--days", "14", "--config", site).code == 0
    with store.read() as tx:
        periods = sorted((record.period for record in tx.groups.periods(9)), key=lambda period: period.first)
    assert [(period.first, period.days) for period in periods] == [
        (date(2026, 11, 30), 7),
        (date(2026, 12, 7), 7),
        (date(2026, 12, 14), 14),
    ]
    told = dispenser("period", "list", "--config", site, "--json").rows
    assert [row["first"] for row in told] == ["2026-12-14", "2026-12-07", "2026-11-30"]


def test_a_first_period_needs_a_first_day(dispenser: Command, site: Path) -> None:
    ended = dispenser("period", "open", "--group", "nord", "--config", site)
    assert (ended.code, "no period yet" in ended.err) == (3, True)


@pytest.mark.parametrize("more", [[], ["--reason", "Jul"], ["--who", "A. Holm"], ["--reason", " ", "--who", "A. Holm"]])
def test_a_long_period_without_reason_and_name_is_refused(
    dispenser: Command, site: Path, store: Database, more: list[str]
) -> None:
    ended = dispenser(*OPEN, "--days", "15", *more, "--config", site)
    assert (ended.code, "reason" in ended.err) == (3, True)
    with store.read() as tx:
        assert tx.groups.periods(9) == ()


def test_a_long_period_keeps_its_reason(dispenser: Command, site: Path, store: Database) -> None:
    reason = ("--reason", "Julelukket", "--who", "A. Holm")
    ended = dispenser(*OPEN, "--days", "28", *reason, "--config", site, "--json")
    assert (ended.code, ended.rows[0]["reason"], ended.rows[0]["reason_by"]) == (0, "Julelukket", "A. Holm")
    with store.read() as tx:
        record = tx.groups.latest(GroupId("nord"))
    assert record is not None
    assert (record.period.days, record.reason) == (28, Reason("A. Holm", "Julelukket"))


def test_more_than_the_law_allows_is_refused_whatever_the_reason(dispenser: Command, site: Path) -> None:
    assert dispenser(*OPEN, "--days", "29", "--reason", "Jul", "--who", "A. Holm", "--config", site).code == 2


def test_a_gap_of_days_to_come_is_refused_without_a_reason(dispenser: Command, site: Path) -> None:
    later = ("period", "open", "--group", "nord", "--first", "2126-12-16", "--days", "7")
    deadline = ("--deadline", "2026-12-01T00:00:00Z")
    assert dispenser(*OPEN, *deadline, "--config", site).code == 0
    refused = dispenser(*later, *deadline, "--config", site)
    assert (refused.code, "nothing" in refused.err) == (3, True)
    assert dispenser(*later, *deadline, "--reason", "Alle på ferie", "--who", "A. Holm", "--config", site).code == 0


def test_a_period_that_takes_days_of_another_is_refused(dispenser: Command, site: Path) -> None:
    dispenser(*OPEN, "--config", site)
    overlapping = dispenser("period", "open", "--group", "nord", "--first", "2026-12-13", "--config", site)
    assert (overlapping.code, "2026-11-30 to 2026-12-13" in overlapping.err) == (3, True)


def test_a_deadline_before_holidays_is_early(dispenser: Command, site: Path) -> None:
    ended = dispenser("period", "open", "--group", "nord", "--first", "2027-04-01", "--config", site, "--json")
    assert [(row["deadline"], row["days_early"]) for row in ended.rows] == [("2027-03-24T11:00:00+00:00", 5)]


def test_every_group_is_told_its_weekday(dispenser: Command, site: Path, store: Database) -> None:
    with store.write() as tx:
        for name in ("syd", "øst"):
            tx.groups.ensure(GroupId(name), name)
    dispenser(*OPEN, "--first", "2026-12-01", "--config", site)
    told = {str(row["group"]): row for row in dispenser("period", "stagger", "--config", site, "--json").rows}
    assert sorted(told) == ["default", "nord", "syd", "øst"]
    assert (told["nord"]["weekday"], told["nord"]["settled"], told["nord"]["citizens"]) == ("Tuesday", True, 0)
    assert (told["default"]["weekday"], told["default"]["settled"], told["default"]["citizens"]) == ("Monday", False, 1)
    assert all(date.fromisoformat(str(row["next"])).strftime("%A") == row["weekday"] for row in told.values())
