"""Clock, disk and what must never meet stop planning and sending until somebody has acted."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dispenser.app.batching import plan_batch
from dispenser.app.clockwork import tick
from dispenser.app.dispatch import MachineNow, NotSendableError, next_queued, prepare_first
from dispenser.app.machines import capabilities_document, stock_of
from dispenser.app.release import release_batch
from dispenser.app.rule_packs import demonstration_rules
from dispenser.app.services import Services
from dispenser.app.site import (
    UnsoundSiteError,
    check_audit,
    check_damage,
    confirm_clock,
    distrust_clock,
    require_sound_site,
    site_findings,
)
from dispenser.app.told import Note, note_of
from dispenser.core.ids import MachineId
from dispenser.store.session import Database
from hal.documents import bays_of
from hal.errors import MachineError, OutcomeUnknownError, ProtocolViolationError, UnreachableError
from pharmacy_sync.catalogue.demo import load_demo
from safety import site_checks
from tests.support.hall import NORTH
from tests.support.pharmacy import DAYS, M1, WHO, Fresh, Pharmacy, line
from tests.support.world import VirtualClock


class SetClock(VirtualClock):
    def move(self, by: timedelta) -> None:
        self._now += by


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def pharmacy(fresh: Fresh, clock: SetClock) -> Iterator[Pharmacy]:
    with fresh("sqlite") as url, Database.open(url) as database:
        yield Pharmacy(database, clock)


def codes(services: Services) -> list[str]:
    with services.database.read() as tx:
        return [finding.code.id for finding in site_findings(services, tx)]


def actions(services: Services) -> list[str]:
    with services.database.read() as tx:
        return [record.action for record in reversed(tx.audit.newest(50)) if record.subject == "clock"]


def record_something(services: Services) -> None:
    with services.database.write() as tx:
        tx.audit.append(services.clock.now(), "A. Holm", "noted", "x", "")


def test_a_sound_site_goes_on(pharmacy: Pharmacy) -> None:
    require_sound_site(pharmacy.services)
    assert actions(pharmacy.services) == []


def test_a_clock_set_back_stops_planning_until_somebody_confirms(pharmacy: Pharmacy, clock: SetClock) -> None:
    services = pharmacy.services
    pharmacy.citizen(1, line("A"))
    record_something(services)
    clock.move(timedelta(seconds=-61))
    with pytest.raises(UnsoundSiteError, match="DOSE-0607"):
        plan_batch(services, NORTH, DAYS, "A. Holm")
    # Whatever is recorded by the wrong clock, and whatever it shows later: a human must look.
    record_something(services)
    clock.move(timedelta(hours=2))
    with pytest.raises(UnsoundSiteError, match="DOSE-0607"):
        tick(services, [])
    assert actions(services) == ["clock distrusted"]
    confirm_clock(services, "A. Holm", "the battery was changed")
    assert tick(services, []) == []
    assert actions(services) == ["clock distrusted", "clock confirmed"]
    with services.database.read() as tx:
        (confirmed,) = [one for one in tx.audit.newest(5) if one.action == "clock confirmed"]
    assert (confirmed.who, confirmed.detail) == ("A. Holm", "the battery was changed")


def test_a_clock_that_was_confirmed_may_lie_before_what_was_recorded(pharmacy: Pharmacy, clock: SetClock) -> None:
    services = pharmacy.services
    clock.move(timedelta(days=300))
    confirm_clock(services, "A. Holm", "wrong")
    record_something(services)
    with services.database.write() as tx:
        tx.machines.set_link(M1, "online", clock.now(), None)
    clock.move(timedelta(days=-300))
    assert codes(services) == ["DOSE-0607"]
    confirm_clock(services, "A. Holm", "right again")
    assert codes(services) == []
    clock.move(timedelta(days=32))
    assert codes(services) == ["DOSE-0608"]


def test_an_old_database_stops_planning(pharmacy: Pharmacy, clock: SetClock) -> None:
    record_something(pharmacy.services)
    clock.move(timedelta(days=31, seconds=1))
    with pytest.raises(UnsoundSiteError, match="DOSE-0608") as raised:
        require_sound_site(pharmacy.services)
    clock.move(timedelta(days=5))
    with pytest.raises(UnsoundSiteError) as again:
        require_sound_site(pharmacy.services)
    assert again.value.findings == raised.value.findings
    assert actions(pharmacy.services) == ["clock distrusted"]


def sent(pharmacy: Pharmacy) -> object:
    """Try to make the first order of a released batch."""
    bays = bays_of(json.dumps(pharmacy.machines[M1].bays_documents()))
    stock = stock_of(M1, pharmacy.capabilities(M1), bays)
    return prepare_first(pharmacy.services, next_queued(pharmacy.services, M1), MachineNow(stock, "c" * 64, 99, 3))


def release(pharmacy: Pharmacy) -> None:
    pharmacy.citizen(1, line("A"))
    release_batch(pharmacy.services, pharmacy.batch().batch_id, WHO)


def test_a_sound_site_sends(pharmacy: Pharmacy) -> None:
    release(pharmacy)
    assert sent(pharmacy) is not None


def test_a_clock_set_back_stops_orders(pharmacy: Pharmacy, clock: SetClock) -> None:
    release(pharmacy)
    clock.move(timedelta(minutes=-5))
    with pytest.raises(NotSendableError, match="DOSE-0607") as raised:
        sent(pharmacy)
    assert "Ret uret." in note_of(raised.value).danish


def test_a_clock_set_back_while_a_machine_is_watched_is_noticed_at_the_next_look(
    pharmacy: Pharmacy, clock: SetClock
) -> None:
    with pharmacy.services.database.write() as tx:
        seen = tx.machines.get(M1).seen_at
        assert seen is not None
        clock.move(timedelta(seconds=-60))
        distrust_clock(tx, clock, seen)
        assert tx.audit.last_of(("clock distrusted",), "clock") is None
        clock.move(timedelta(seconds=-1))
        distrust_clock(tx, clock, seen)
        distrust_clock(tx, clock, seen)
        tx.machines.set_link(M1, "online", clock.now(), None)
    assert actions(pharmacy.services) == ["clock distrusted"]
    assert codes(pharmacy.services) == ["DOSE-0607"]


def test_a_real_machine_beside_a_simulated_one_gets_no_order(pharmacy: Pharmacy) -> None:
    release(pharmacy)
    simulated = replace(pharmacy.capabilities(M1), vendor="dosisfleet")
    with pharmacy.services.database.write() as tx:
        tx.machines.configure(MachineId("M2"), "direct:")
        tx.machines.set_capabilities(MachineId("M2"), capabilities_document(simulated))
    with pytest.raises(NotSendableError, match=r"DOSE-0611 Simulated machines .M2. .* real ones .M1."):
        sent(pharmacy)


def test_a_real_machine_packs_from_no_demonstration_catalogue(pharmacy: Pharmacy) -> None:
    services = replace(pharmacy.services, catalogue=load_demo())
    assert codes(services) == ["DOSE-0612"]


def test_a_real_machine_packs_by_clinical_rules_only(pharmacy: Pharmacy) -> None:
    services = replace(pharmacy.services, rules=(*pharmacy.services.rules, demonstration_rules()))
    assert codes(services) == ["DOSE-0613"]


def test_a_full_disk_stops_planning(pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_checks, "LEAST_FREE_BYTES", 2**63)
    with pytest.raises(UnsoundSiteError, match="DOSE-0610"):
        pharmacy.batch()


def test_room_is_asked_of_the_disk_that_holds_the_data(pharmacy: Pharmacy, tmp_path: Path) -> None:
    free = pharmacy.services.database.free_bytes()
    assert free is not None
    assert free > 0
    assert Database(f"sqlite:///{tmp_path}/nowhere/x.db").free_bytes() is None
    assert Database("postgresql://h/x").free_bytes() is None


def test_a_changed_audit_trail_is_found(pharmacy: Pharmacy) -> None:
    record_something(pharmacy.services)
    record_something(pharmacy.services)
    assert check_audit(pharmacy.services) == ()
    with sqlite3.connect(pharmacy.services.database.where.removeprefix("sqlite:///")) as raw:
        for (trigger,) in raw.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='audit'"
        ).fetchall():
            raw.execute(f"DROP TRIGGER {trigger}")
        raw.execute("UPDATE audit SET who = 'B. Holm' WHERE number = 2")
    raw.close()
    (finding,) = check_audit(pharmacy.services)
    assert (finding.code.id, dict(finding.details)) == ("DOSE-0615", {"number": "2"})


def test_a_damaged_file_is_found(pharmacy: Pharmacy) -> None:
    services = pharmacy.services
    record_something(services)
    assert check_damage(services) == ()
    file = Path(services.database.where.removeprefix("sqlite:///"))
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    raw.close()
    services.database.close()
    with file.open("r+b") as data:
        data.seek((page - 1) * size)
        data.write(b"\xff" * size)
    (finding,) = check_damage(services)
    assert finding.code.id == "DOSE-0616"
    assert dict(finding.details)["what"]


def test_a_note_without_findings_is_the_same_in_both_languages() -> None:
    assert note_of(ValueError("bay 3")) == Note("bay 3", "bay 3")


@pytest.mark.parametrize(
    ("error", "danish", "english"),
    [
        (
            UnreachableError("no carrier"),
            "Maskinen kan ikke nås (no carrier). Se, om",
            "The machine cannot be reached (no",
        ),
        (
            OutcomeUnknownError(),
            "Maskinen svarede ikke på en kommando. Intet",
            "The machine did not answer a command. ",
        ),
        (
            ProtocolViolationError("x"),
            "Maskinens svar kan ikke forstås (x). Se",
            "The machine's answer cannot be unders",
        ),
    ],
    ids=["unreachable", "unanswered", "garbled"],
)
def test_a_link_that_fails_says_so_in_both_languages_with_what_to_do(
    error: MachineError, danish: str, english: str
) -> None:
    note = note_of(error)
    assert note.danish.startswith(danish)
    assert note.english.startswith(english)
