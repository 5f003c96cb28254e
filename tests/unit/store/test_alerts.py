"""Staff, alerts and overrides come back as they went in, and nothing of them is changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId
from dispenser.store.alert_records import AlertRecord, OverrideRecord, StaffRecord
from dispenser.store.alerts import in_batch, in_revision
from dispenser.store.errors import ConflictError, NotFoundError
from dispenser.store.session import Database, Transaction
from tests.support.stored import LATER, NOW, PERIOD, add_people, batch, citizen_id, lines, plan

DAY = date(2026, 11, 23)
ALERT = AlertRecord(
    "ab12" + "0" * 60, "DOSE-0151", "PARK", "pharmacist", citizen_id(), "o1", "dansk", "english", "ret", "fix", NOW
)
OTHER = replace(ALERT, key="ab99" + "0" * 60, code="DOSE-0232", severity="HOLD", first_seen=LATER)


def test_staff_come_and_go(database: Database) -> None:
    with database.write() as tx:
        anna = tx.staff.add("Anna", "pharmacist", "Anna", NOW)
        ole = tx.staff.add("Ole", "technician", "Anna", NOW)
        tx.staff.end(2, "Anna", LATER)
    gone = replace(ole, ended_by="Anna", ended_at=LATER)
    assert anna == StaffRecord(1, "Anna", "pharmacist", "Anna", NOW)
    with database.read() as tx:
        assert tx.staff.all() == (anna, gone)
        assert tx.staff.present() == (anna,)
    for who in (2, 3):
        with pytest.raises(ConflictError), database.write() as tx:
            tx.staff.end(who, "Anna", LATER)


@pytest.mark.parametrize(
    ("name", "role", "who"), [("", "pharmacist", "A"), ("A", "pharmacist", ""), ("A", "boss", "A")]
)
def test_nobody_without_name_and_role_is_staff(database: Database, name: str, role: str, who: str) -> None:
    with pytest.raises(ConflictError), database.write() as tx:
        tx.staff.add(name, role, who, NOW)


def test_an_alert_is_kept_as_it_was_found_first(database: Database) -> None:
    with database.write() as tx:
        add_people(tx)
        tx.alerts.note([ALERT, ALERT], in_revision(1), NOW)
        tx.alerts.note([], in_revision(1), NOW)
        tx.alerts.note([replace(ALERT, danish="andet"), OTHER], in_revision(2), LATER)
        tx.alerts.note([ALERT], in_revision(2), LATER)
    with database.read() as tx:
        assert tx.alerts.get_all([ALERT.key, OTHER.key, "x"]) == {ALERT.key: ALERT, OTHER.key: OTHER}
        assert tx.alerts.places(ALERT.key) == ("revision 1", "revision 2")
        assert tx.alerts.raised_since(NOW) == {"DOSE-0151": 1, "DOSE-0232": 1}
        assert tx.alerts.raised_since(LATER) == {"DOSE-0232": 1}
        assert tx.alerts.overridden_since(NOW) == ()
        assert tx.alerts.find("ab12" + "0" * 4) == ALERT
        assert tx.alerts.find(ALERT.key) == ALERT
        for name in ("ab12000", "ab", "", "%%%%%%%%", "ab120001"):
            with pytest.raises(NotFoundError):
                tx.alerts.find(name)


def test_two_alerts_that_begin_alike_are_not_guessed_between(database: Database) -> None:
    alike = replace(ALERT, key="ab12" + "0" * 59 + "1")
    with database.write() as tx:
        add_people(tx)
        tx.alerts.note([ALERT, alike], in_revision(1), NOW)
    with database.read() as tx:
        with pytest.raises(NotFoundError):
            tx.alerts.find("ab120000")
        assert tx.alerts.find(alike.key) == alike


@pytest.mark.parametrize("wrong", [{"citizen_id": "nobody"}, {"overriding": "anybody"}])
def test_what_makes_no_alert_is_refused(database: Database, wrong: dict[str, object]) -> None:
    with database.write() as tx:
        add_people(tx)
    with pytest.raises(ConflictError), database.write() as tx:
        tx.alerts.note([replace(ALERT, **wrong)], in_revision(1), NOW)


def test_a_plans_alert_stands_while_its_revision_is_in_force(database: Database) -> None:
    with database.write() as tx:
        add_people(tx)
        tx.alerts.note([ALERT], in_revision(1), NOW)
    with database.write() as tx:
        assert tx.alerts.standing(DAY, 9) == (ALERT,)
        assert tx.alerts.standing(DAY, 0) == ()
        assert tx.alerts.standing(DAY, 9, 1) == ()
        newer = plan(1, 10)
        tx.plans.append(newer, LATER, "m1", lines(newer))
        assert tx.alerts.standing(DAY, 9) == ()
        tx.alerts.note([ALERT], in_revision(10), LATER)
        assert tx.alerts.standing(DAY, 9) == (ALERT,)


def hold(tx: Transaction, number: int, state: BatchState = BatchState.HELD) -> BatchId:
    name = BatchId(f"{number:06d}")
    tx.batches.add(replace(batch(1, 1, name), rolls=()), "f" * 64, (), state, NOW)
    return name


def test_a_batchs_alert_stands_until_its_period_is_planned_anew_or_over(database: Database) -> None:
    with database.write() as tx:
        add_people(tx)
        tx.alerts.note([OTHER], in_batch(hold(tx, 1)), NOW)
        assert tx.alerts.standing(PERIOD.last, 9) == (OTHER,)
        assert tx.alerts.standing(PERIOD.last + timedelta(days=1), 9) == ()
        hold(tx, 2)
        assert tx.alerts.standing(DAY, 9) == ()


def test_an_alert_of_a_batch_that_is_not_held_stops_nothing(database: Database) -> None:
    with database.write() as tx:
        add_people(tx)
        tx.alerts.note([OTHER], in_batch(hold(tx, 1, BatchState.PLANNED)), NOW)
        assert tx.alerts.standing(DAY, 9) == ()


def override(tx: Transaction, alert: AlertRecord = ALERT, expires: date = DAY) -> OverrideRecord:
    return tx.overrides.add(alert.key, "Anna", "aftalt med lægen", expires, NOW)


def test_overrides_are_numbered_signed_and_revoked(database: Database) -> None:
    with database.write() as tx:
        add_people(tx)
        tx.alerts.note([ALERT, OTHER], in_revision(1), NOW)
        first = override(tx)
        assert first == OverrideRecord(ALERT.key, 1, "DOSE-0151", citizen_id(), "Anna", NOW, "aftalt med lægen", DAY)
        second = override(tx)
        elsewhere = override(tx, OTHER, DAY - timedelta(days=1))
        assert (second.number, elsewhere.number) == (2, 1)
        tx.overrides.sign(first, "Ole", LATER)
        tx.overrides.revoke(second, "Ole", "skrevet på forkert borger", LATER)
    signed = replace(first, second="Ole", second_at=LATER)
    revoked = replace(second, revoked_by="Ole", revoked_at=LATER, revoked_why="skrevet på forkert borger")
    with database.read() as tx:
        assert tx.overrides.of_alert(ALERT.key) == (signed, revoked)
        assert tx.overrides.of_alerts([OTHER.key, ALERT.key]) == (signed, revoked, elsewhere)
        assert tx.overrides.citizens_with_any([citizen_id(), citizen_id(2)]) == {citizen_id()}
        assert tx.alerts.overridden_since(NOW) == (ALERT, OTHER)
        assert tx.alerts.overridden_since(LATER) == (OTHER,)
        assert tx.overrides.open(DAY) == (signed,)
        assert tx.overrides.open(DAY - timedelta(days=1)) == (signed, elsewhere)
        assert tx.overrides.of_citizens([citizen_id()], DAY) == (signed,)
        assert tx.overrides.of_citizens([citizen_id(2)], DAY) == ()


def test_nothing_is_signed_by_oneself_or_twice(database: Database) -> None:
    with database.write() as tx:
        add_people(tx)
        tx.alerts.note([ALERT], in_revision(1), NOW)
        record = override(tx)
    for second in ("Anna", ""):
        with pytest.raises(ConflictError), database.write() as tx:
            tx.overrides.sign(record, second, LATER)
    with database.write() as tx:
        tx.overrides.sign(record, "Ole", LATER)
        tx.overrides.revoke(record, "Ole", "fejl", LATER)
    with pytest.raises(ConflictError), database.write() as tx:
        tx.overrides.sign(record, "Eva", LATER)
    with pytest.raises(ConflictError), database.write() as tx:
        tx.overrides.revoke(record, "Eva", "fejl", LATER)
    for wrong in ({"key": "x"}, {"who": ""}, {"reason": ""}):
        values = {"key": ALERT.key, "who": "Anna", "reason": "aftalt", "expires": DAY, "at": NOW} | wrong
        with pytest.raises(ConflictError), database.write() as tx:
            tx.overrides.add(**values)
