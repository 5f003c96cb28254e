"""What machines, database, clock, disk and settings tell of themselves, and when the site may not go on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.journal import JournalEntry
from hal.status import Capabilities
from safety.findings import Finding, Overriding, Severity
from safety.site_checks import (
    LEAST_FREE_BYTES,
    check_clock,
    check_evidence,
    check_film,
    check_fleet,
    check_free_space,
    check_journal,
    check_lease,
    check_postgresql,
    check_record,
    check_sqlite,
    check_under_way,
    check_upgrade,
    is_simulated,
)
from safety.site_codes import JOURNAL_LOST, SITE_CODES

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
REAL = Capabilities(
    contract=2,
    vendor="Nordpak",
    model="DP-60",
    serial_number="1",
    firmware="1",
    bays=1,
    tray_cells=1,
    pouch_units=1,
    pouch_volume_mm3=0,
    print_lines=1,
    print_columns=0,
    order_pouches=1,
    queue_depth=1,
    journal_depth=1,
    design_pouches_per_minute=60,
    journal=True,
    idempotent_load=True,
    encoder=True,
    tablet_counter=True,
    reject_gate=True,
    camera=True,
)
SIMULATED = replace(REAL, vendor="dosisfleet")


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, dict[str, str]]]:
    return [(finding.code.id, finding.subject, dict(finding.details)) for finding in findings]


def test_nothing_here_is_ever_set_aside() -> None:
    for code in SITE_CODES:
        assert (code.severity, code.overriding) == (Severity.REFUSE, Overriding.NEVER), code.id


def test_a_machine_that_knows_more_than_the_database() -> None:
    assert check_record("m1", had=6, next_order=7) == ()
    assert told(check_record("m1", had=7, next_order=7)) == [
        ("DOSE-0601", "m1", {"machine": "m1", "had": "7", "known": "6"})
    ]


def test_another_controller_ends_the_lease() -> None:
    assert check_lease("m1", 3, 3) == ()
    for newest in (2, 4):
        assert told(check_lease("m1", 3, newest)) == [("DOSE-0602", "m1", {"machine": "m1"})]


@pytest.mark.parametrize(
    ("capabilities", "missing"),
    [
        (replace(REAL, journal=False), "journal"),
        (replace(REAL, tablet_counter=False), "tablet counter"),
        (replace(REAL, camera=False), "camera"),
        (replace(REAL, journal=False, camera=False), "journal, camera"),
        (replace(REAL, journal=False, camera=False, journal_keeper="driver"), "camera"),
    ],
)
def test_a_machine_that_cannot_prove_a_pouch(capabilities: Capabilities, missing: str) -> None:
    assert (
        check_evidence("m1", REAL) == check_evidence("m1", replace(REAL, journal=False, journal_keeper="driver")) == ()
    )
    assert told(check_evidence("m1", capabilities)) == [("DOSE-0603", "m1", {"machine": "m1", "missing": missing})]


def test_a_drop_for_a_pouch_that_is_not_open() -> None:
    drop = JournalEntry("b", 1, 1, "", "Dropped", 5, 2, {"product": "p", "counted": 1})
    assert check_film("m1", drop, {2}) == check_film("m1", drop, {1, 2}) == ()
    details = {"machine": "m1", "order": "5", "pouch": "2", "product": "p"}
    for open_pouches in ((), {1, 3}):
        assert told(check_film("m1", drop, open_pouches)) == [("DOSE-0618", "m1", details)]
    unsaid = JournalEntry("b", 1, 1, "", "Dropped", 5, 2)
    assert told(check_film("m1", unsaid, ())) == [("DOSE-0618", "m1", {**details, "product": "?"})]


def test_a_pouch_of_an_order_that_is_not_under_way() -> None:
    assert check_under_way("m1", 5, 2, 5) == ()
    for under_way in (4, None):
        details = {"machine": "m1", "order": "5", "pouch": "2"}
        assert told(check_under_way("m1", 5, 2, under_way)) == [("DOSE-0604", "m1", details)]


@pytest.mark.parametrize(
    ("ahead", "codes"),
    [
        (timedelta(seconds=-61), ["DOSE-0607"]),
        (timedelta(seconds=-60), []),
        (timedelta(0), []),
        (timedelta(days=31), []),
        (timedelta(days=31, seconds=1), ["DOSE-0608"]),
    ],
)
def test_a_clock_that_contradicts_the_record(ahead: timedelta, codes: list[str]) -> None:
    assert [finding.code.id for finding in check_clock(NOW + ahead, NOW)] == codes


def test_a_wrong_clock_is_told_with_both_times() -> None:
    assert check_clock(NOW, None) == ()
    assert told(check_clock(NOW - timedelta(hours=1), NOW)) == [
        ("DOSE-0607", "clock", {"now": "2026-11-22 07:00:00 UTC", "recorded": "2026-11-22 08:00:00 UTC"})
    ]
    assert told(check_clock(NOW + timedelta(days=40), NOW)) == [
        ("DOSE-0608", "clock", {"days": "40", "now": "2027-01-01 08:00:00 UTC", "recorded": "2026-11-22 08:00:00 UTC"})
    ]


def test_a_database_that_would_lose_commits() -> None:
    sqlite: dict[str, object] = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert check_sqlite(sqlite) == ()
    for setting, value, needed in (
        ("journal_mode", "delete", "wal"),
        ("synchronous", 1, "2"),
        ("foreign_keys", 0, "1"),
    ):
        details = {"setting": setting, "value": str(value), "needed": needed}
        assert told(check_sqlite({**sqlite, setting: value})) == [("DOSE-0609", "database", details)]
    assert len(check_sqlite({})) == 3
    for kept in ("on", "local", "remote_write", "remote_apply"):
        assert check_postgresql({"fsync": "on", "synchronous_commit": kept}) == ()
    assert told(check_postgresql({"fsync": "off", "synchronous_commit": "off"})) == [
        ("DOSE-0609", "database", {"setting": "fsync", "value": "off", "needed": "on"}),
        ("DOSE-0609", "database", {"setting": "synchronous_commit", "value": "off", "needed": "on"}),
    ]
    assert told(check_postgresql({})) == [
        ("DOSE-0609", "database", {"setting": "fsync", "value": "", "needed": "on"}),
        ("DOSE-0609", "database", {"setting": "synchronous_commit", "value": "", "needed": "on"}),
    ]


def test_room_is_needed() -> None:
    assert check_free_space(None) == ()
    assert check_free_space(LEAST_FREE_BYTES) == ()
    assert LEAST_FREE_BYTES == 268_435_456
    assert told(check_free_space(LEAST_FREE_BYTES - 1)) == [("DOSE-0610", "disk", {"free": "255", "least": "256"})]


def test_who_is_simulated() -> None:
    assert is_simulated(SIMULATED)
    assert not is_simulated(REAL)


def test_real_and_simulated_machines_never_share_a_database() -> None:
    fleet = {"m3": SIMULATED, "m2": REAL, "m1": REAL, "m0": SIMULATED}
    assert told(check_fleet(fleet, demonstration_catalogue=False, not_clinical=())) == [
        ("DOSE-0611", "fleet", {"simulated": "m0, m3", "real": "m1, m2"})
    ]
    for one in ({"m1": REAL}, {"m1": SIMULATED}, {}):
        assert check_fleet(one, demonstration_catalogue=False, not_clinical=()) == ()


def test_the_demonstration_catalogue_never_serves_a_real_machine() -> None:
    assert check_fleet({"m1": SIMULATED}, demonstration_catalogue=True, not_clinical=()) == ()
    assert told(check_fleet({"m1": REAL}, demonstration_catalogue=True, not_clinical=())) == [
        ("DOSE-0612", "catalogue", {"real": "m1"})
    ]


def test_rules_for_demonstration_never_serve_a_real_machine() -> None:
    assert check_fleet({"m1": SIMULATED}, demonstration_catalogue=False, not_clinical=("demo 1",)) == ()
    assert told(check_fleet({"m1": REAL}, demonstration_catalogue=False, not_clinical=("demo 1", "trial 2"))) == [
        ("DOSE-0613", "demo 1", {"rules": "demo 1", "real": "m1"}),
        ("DOSE-0613", "trial 2", {"rules": "trial 2", "real": "m1"}),
    ]


def test_an_upgrade_that_loses_rows() -> None:
    before = {"plan": 5, "audit": 3, "old": 2, "empty": 0}
    assert check_upgrade(before, {"plan": 5, "audit": 4, "old": 2, "new": 1}) == ()
    assert told(check_upgrade(before, {"plan": 4, "audit": 3})) == [
        ("DOSE-0614", "old", {"table": "old", "before": "2", "lost": "2"}),
        ("DOSE-0614", "plan", {"table": "plan", "before": "5", "lost": "1"}),
    ]
    assert told(check_upgrade({"gone": 1}, {})) == [
        ("DOSE-0614", "gone", {"table": "gone", "before": "1", "lost": "1"})
    ]
    assert told(check_upgrade(before, {"plan": 4, "audit": 3}, shrinking={"old"})) == [
        ("DOSE-0614", "plan", {"table": "plan", "before": "5", "lost": "1"})
    ]


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 9)),
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 9)),
)
def test_an_upgrade_is_silent_only_when_every_table_kept_its_rows(
    before: dict[str, int], after: dict[str, int]
) -> None:
    kept = all(after.get(table, 0) >= rows for table, rows in before.items())
    assert (check_upgrade(before, after) == ()) is kept


@given(st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_a_clock_is_either_right_or_told(ahead: timedelta) -> None:
    is_right = timedelta(seconds=-60) <= ahead <= timedelta(days=31)
    assert (check_clock(NOW + ahead, NOW) == ()) is is_right


def written(boot: int, seq: int) -> JournalEntry:
    return JournalEntry(f"b{boot}", boot, seq, "", "StateChanged")


@pytest.mark.parametrize(
    ("last", "entries"),
    [
        (None, []),
        (None, [(3, 1), (3, 2), (4, 1)]),
        ((3, 2), [(3, 3), (4, 1), (5, 1), (5, 2)]),
        ((3, 2), [(4, 1)]),
    ],
)
def test_a_journal_that_is_whole(last: tuple[int, int] | None, entries: list[tuple[int, int]]) -> None:
    assert check_journal("M1", written(*last) if last else None, [written(*one) for one in entries]) == ()


@pytest.mark.parametrize(
    ("last", "entries", "entry", "before"),
    [
        (None, [(3, 2)], "b3/2", "-"),
        (None, [(3, 1), (3, 3), (3, 9)], "b3/3", "b3/1"),
        ((3, 2), [(3, 2)], "b3/2", "b3/2"),
        ((3, 2), [(3, 4)], "b3/4", "b3/2"),
        ((3, 2), [(3, 3), (4, 2)], "b4/2", "b3/3"),
        ((3, 2), [(5, 1)], "b5/1", "b3/2"),
        ((3, 2), [(2, 1)], "b2/1", "b3/2"),
    ],
)
def test_a_journal_that_lost_something(
    last: tuple[int, int] | None, entries: list[tuple[int, int]], entry: str, before: str
) -> None:
    told = check_journal("M1", written(*last) if last else None, [written(*one) for one in entries])
    assert told == (Finding(JOURNAL_LOST, "M1", (("machine", "M1"), ("entry", entry), ("before", before))),)
