"""A roll is given to a machine that can take all of it; if none can, that is told when the batch is planned."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispenser.app.dispatch import labels_of, pouch_orders
from dispenser.app.fitting import placed, telling
from dispenser.app.machines import capabilities_by_machine, known_stocks
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.core.batch import BatchState
from dispenser.core.citizen import Identity
from dispenser.core.ids import BatchId, CitizenId, MachineId
from dispenser.core.replaced import Related
from dispenser.core.roll import HEADER_NUMBER, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.translate import sources
from dispenser.store.session import Database
from hal.preflight import misfits
from safety.fit_codes import FITS_NO_MACHINE, NO_LABEL
from tests.support.hall import FORTNIGHT
from tests.support.pharmacy import M1, WHO, Pharmacy, line
from tests.support.world import VirtualClock

M2 = MachineId("M2")


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    pharmacy = Pharmacy(database)
    pharmacy.citizen(1, line("A"), line("C", "0.5", place=3))
    return pharmacy


def able(pharmacy: Pharmacy, machine_id: MachineId, **can: object) -> None:
    """Let a machine say of itself that it can do something else."""
    document = pharmacy.machines[M1].capabilities_document() | can
    with pharmacy.services.database.write() as tx:
        if machine_id not in {record.machine_id for record in tx.machines.all()}:
            tx.machines.configure(machine_id, "opc.tcp://10.0.0.2:4840/")
        record = tx.machines.get(M1)
        tx.machines.set_capabilities(machine_id, json.dumps(document))
        tx.machines.set_link(machine_id, "online", pharmacy.services.clock.now(), record.status)


def rename(pharmacy: Pharmacy, number: int, name: str) -> None:
    with pharmacy.services.database.write() as tx:
        record = tx.citizens.get(CitizenId(f"citizen-{number}"))
        tx.citizens.put(replace(record, identity=replace(record.identity, name=name)))


LIMITS = {
    "UNPRINTABLE": {"charset": "iso-8859-1"},
    "LABEL_TOO_LARGE": {"print_lines": 3},
    "SYMBOL_TOO_LONG": {"symbol_characters": 12},
    "WRONG_FRACTION": {"cell_quarters": [4]},
    "UNKNOWN_CELL": {"tray_cells": 0},
}


@pytest.mark.parametrize(("code", "can"), LIMITS.items(), ids=LIMITS)
def test_a_roll_that_no_machine_takes_holds_the_batch_with_every_reason(
    pharmacy: Pharmacy, code: str, can: Mapping[str, object]
) -> None:
    rename(pharmacy, 1, "Milan Čapek")
    able(pharmacy, M1, **can)
    record = pharmacy.batch()
    assert record.state is BatchState.HELD
    (finding,) = record.findings
    assert (finding.code, finding.subject) == (FITS_NO_MACHINE[code].id, f"{record.batch_id}0001")
    assert finding.danish.startswith("M1 kan ikke pakke rullen, og ingen anden kan: ")
    assert finding.english.startswith("M1 cannot pack the roll, and no other can: ")
    assert finding.fix_danish != finding.fix_english
    assert "{" not in finding.danish + finding.english + finding.fix_danish + finding.fix_english


@pytest.mark.parametrize(("code", "can"), LIMITS.items(), ids=LIMITS)
def test_a_roll_goes_to_the_machine_that_takes_it(pharmacy: Pharmacy, code: str, can: Mapping[str, object]) -> None:
    rename(pharmacy, 1, "Milan Čapek")
    able(pharmacy, M1, **can)
    able(pharmacy, M2)
    batch_id = pharmacy.batch().batch_id
    release_batch(pharmacy.services, batch_id, WHO)
    assert [job.machine_id for job in pharmacy.jobs()] == [M2], code


def test_every_machine_says_why_not(pharmacy: Pharmacy) -> None:
    rename(pharmacy, 1, "Milan Čapek")
    able(pharmacy, M1, charset="iso-8859-1", print_columns=8)
    able(pharmacy, M2, symbol_characters=12)
    findings = pharmacy.batch().findings
    assert [(one.english.split(" ")[0], one.code) for one in findings] == [
        ("M1", FITS_NO_MACHINE["LABEL_TOO_LARGE"].id),
        ("M1", FITS_NO_MACHINE["UNPRINTABLE"].id),
        ("M2", FITS_NO_MACHINE["SYMBOL_TOO_LONG"].id),
    ]
    assert "U+010C not in iso-8859-1; +" in findings[1].danish


def test_machines_that_can_less_by_the_release_are_asked_again(pharmacy: Pharmacy) -> None:
    batch_id = pharmacy.batch().batch_id
    able(pharmacy, M1, symbol_characters=12)
    with pytest.raises(NotReleasableError, match="DOSE-0245 M1 cannot pack the roll") as caught:
        release_batch(pharmacy.services, batch_id, WHO)
    (note,) = caught.value.notes
    assert note.danish.startswith(f"Doserulle {batch_id}0001: DOSE-0245 M1 kan ikke pakke rullen")
    assert note.danish.endswith("Planlæg derefter batchen igen.")


def test_labels_that_cannot_be_made_hold_the_batch(pharmacy: Pharmacy) -> None:
    rename(pharmacy, 1, "Åse\u200bHolm")
    (finding,) = pharmacy.batch().findings
    assert finding.code == FITS_NO_MACHINE[NO_LABEL].id
    assert "invisible character U+200B" in finding.english


@given(
    name=st.sampled_from(["Åse Holm", "Zoë Čapek", "N" * 60]),
    columns=st.sampled_from([0, 20, 26, 27, 28, 40]),
    lines=st.sampled_from([6, 8, 9, 10, 11, 12]),
    symbol=st.sampled_from([0, 30, 35, 36]),
    charset=st.sampled_from(["utf-8", "iso-8859-1"]),
    quarters=st.sampled_from([[0], [2], [1, 4], [4]]),
    plan=st.sampled_from([("A", "1"), ("B", "2.5"), ("C", "0.5")]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_roll_is_placed_exactly_where_every_pouch_is_taken(
    fresh_pharmacy: tuple[Pharmacy, dict[str, Roll]],
    name: str,
    columns: int,
    lines: int,
    symbol: int,
    charset: str,
    quarters: list[int],
    plan: tuple[str, str],
) -> None:
    pharmacy, rolls = fresh_pharmacy
    able(
        pharmacy,
        M1,
        print_columns=columns,
        print_lines=lines,
        symbol_characters=symbol,
        charset=charset,
        cell_quarters=quarters,
    )
    roll = rolls[plan[0]]
    identity = Identity(name, "0101400001", None)
    services, slots = pharmacy.services, SlotTable()
    with services.database.read() as tx:
        machines = [record for record in tx.machines.all() if record.machine_id == M1]
    capabilities = capabilities_by_machine(machines)[M1]
    (stock,) = known_stocks(machines)
    labels = labels_of(services, identity, roll, slots)
    plenty = replace(stock, canisters=tuple(replace(one, units=10_000) for one in stock.canisters), tray_cells=10_000)
    made = pouch_orders(sources(roll, sorted(labels), plenty, services.catalogue), labels)
    takes_all = not any(misfits(pouch, capabilities) for pouch in made)
    told = {roll.roll_id: (identity, Related())}
    assert (roll.roll_id in placed(services, [roll], told, slots, machines).machine_of) is takes_all
    assert {HEADER_NUMBER, *(pouch.number for pouch in telling(roll))} < set(labels)


@pytest.fixture
def fresh_pharmacy(database: Database) -> tuple[Pharmacy, dict[str, Roll]]:
    """A pharmacy with a roll over a fortnight of each plan."""
    pharmacy = Pharmacy(database, VirtualClock())
    for number, (name, units) in enumerate({"A": "1", "B": "2.5", "C": "0.5"}.items(), start=1):
        pharmacy.citizen(number, line(name, units, place=3))
    batch_id: BatchId = pharmacy.batch(FORTNIGHT).batch_id
    with pharmacy.services.database.read() as tx:
        rolls = tx.batches.load(batch_id).rolls
    return pharmacy, dict(zip("ABC", rolls, strict=True))
