"""Which medicine is meant: strengths and forms that look alike, and products that change while a roll is under way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispenser.app.clockwork import open_period
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, ProductId
from dispenser.core.periods import Reason
from dispenser.core.roll import Period
from scheduling.calendar import DeadlineRule, deadline_of, period_from
from tests.support.counter import (
    ELTROXIN_50,
    ELTROXIN_100,
    KALEORID,
    Counter,
    codes,
    found,
    intakes,
    medicine,
    person,
)
from tests.support.fhir import Json, part
from tests.support.hall import MONDAY, NORTH
from tests.support.pharmacy import WHO, with_products

ONE_DAY = Period(MONDAY, MONDAY)
DAILY = part("2026-11-01", None, frequency=1, when=["MORN"])


def test_half_of_a_depot_tablet_is_parked_when_the_plan_comes(counter: Counter) -> None:
    """Half a depot tablet would let the whole dose go at once: the line is parked, and nothing of it is packed."""
    reply = counter.receive(person(), medicine(part("2026-11-01", None, when=["MORN"], value=0.5), product=KALEORID))
    assert (reply.status, codes(reply)) == (200, {"DOSE-0104"})
    plan = counter.plan_of()
    assert (plan.ordinations, [line.reasons for line in plan.parked]) == ((), [("DOSE-0104",)])


def test_a_second_card_for_a_citizen_never_runs_beside_the_first(counter: Counter) -> None:
    """ "Hjemme" and "Dagcenter" under two Patient ids: the second is refused, so nothing is packed on both."""
    counter.take(person(), medicine(DAILY))
    before = counter.plan_of()
    reply = counter.receive(person(fhir_id="p2"), medicine(DAILY, name="m2", of="p2"))
    assert (reply.status, codes(reply)) == (409, {"DOSE-1606"})
    assert counter.plan_of() == before
    assert len(counter.planned().rolls) == 1


def test_a_private_medicine_of_which_only_its_existence_is_known_waits_for_a_human(counter: Counter) -> None:
    """A privately marked medicine comes without product and dosage: it is shown as parked, the others are packed."""
    private: Json = medicine(name="privat") | {"medicationCodeableConcept": {"text": "Privatmarkeret lægemiddel"}}
    del private["dosageInstruction"]
    reply = counter.receive(person(), medicine(DAILY), private)
    assert (reply.status, "DOSE-1314" in codes(reply)) == (200, True)
    plan = counter.plan_of()
    assert [line.ordination_id for line in plan.ordinations] == ["m1"]
    assert [(line.ordination_id, line.text) for line in plan.parked] == [("privat", "Privatmarkeret lægemiddel")]


@pytest.mark.parametrize(
    ("system", "code"),
    [("https://laegemiddelstyrelsen.dk/vnr", "028100"), ("urn:oid:1.3.160", "07046260281004")],
    ids=["vnr-reused-for-another-pack", "gtin-changed"],
)
def test_the_number_of_a_pack_never_chooses_the_medicine(counter: Counter, system: str, code: str) -> None:
    """Pack numbers are used again and changed: the drug id decides, and a pack number alone is left to a human."""
    pack = {"system": system, "code": code}
    known: Json = {"coding": [pack, {"system": "https://laegemiddelstyrelsen.dk/drugid", "code": ELTROXIN_100}]}
    alone: Json = {"coding": [pack], "text": "Eltroxin"}
    counter.take(
        person(),
        medicine(DAILY) | {"medicationCodeableConcept": known},
        medicine(DAILY, name="m2") | {"medicationCodeableConcept": alone},
    )
    plan = counter.plan_of()
    assert [(line.ordination_id, line.product_id) for line in plan.ordinations] == [("m1", ELTROXIN_100)]
    assert [line.ordination_id for line in plan.parked] == ["m2"]


@pytest.mark.parametrize("change", ["leaves the catalogue", "loses its mark"], ids=["catalogue", "d-mark"])
def test_a_product_that_is_taken_off_the_list_before_release_stops_the_batch(counter: Counter, change: str) -> None:
    """A roll that was planned with a product is not released once it may not be packed any more."""
    counter.take(person(), medicine(DAILY), medicine(DAILY, product=ELTROXIN_50, name="m2"))
    roll = counter.roll()
    products = dict(counter.services.catalogue.products)
    gone = products.pop(ProductId(ELTROXIN_50))
    if change == "loses its mark":
        products[gone.product_id] = replace(gone, dispensable=False)
    services = with_products(counter.services, products)
    with pytest.raises(NotReleasableError, match=roll.roll_id):
        release_batch(services, BatchId(roll.roll_id[:6]), WHO)


@pytest.mark.parametrize("change", ["leaves the catalogue", "loses its mark"], ids=["catalogue", "d-mark"])
def test_a_product_that_is_taken_off_the_list_holds_the_next_batch(counter: Counter, change: str) -> None:
    """A plan that was good when it came is checked again for every period, with the list in force by then."""
    counter.take(person(), medicine(DAILY))
    products = dict(counter.services.catalogue.products)
    gone = products.pop(ProductId(ELTROXIN_100))
    if change == "loses its mark":
        products[gone.product_id] = replace(gone, dispensable=False)
    counter.services = with_products(counter.services, products)
    record = counter.batch(period_from(MONDAY))
    assert record.state is BatchState.HELD
    assert record.findings


def test_a_holiday_pack_of_28_days_is_one_roll(counter: Counter) -> None:
    """Four weeks over Christmas, with the reason that the law asks for: every day once, header and dates of 28 days."""
    reason = Reason("A. Holm", "Jul: ingen udbringning")
    christmas = period_from(MONDAY + timedelta(days=21), 28, reason)
    open_period(counter.services, NORTH, christmas, deadline_of(christmas, DeadlineRule()), reason)
    counter.take(person(), medicine(DAILY))
    roll = counter.roll(christmas)
    assert [day for day, *_ in intakes(roll)] == [christmas.first + timedelta(days=number) for number in range(28)]
    assert "Periode 14.12.2026 - 10.01.2027" in counter.labels(roll)[0]


def test_a_prescription_that_ends_on_day_nine(counter: Counter) -> None:
    """A treatment that ends inside the period is packed to its last day and not beyond."""
    reply = counter.receive(person(), medicine(part("2026-11-01", "2026-12-01", frequency=1, when=["MORN"])))
    assert reply.status == 200, found(reply)
    assert [(day - MONDAY).days + 1 for day, *_ in intakes(counter.roll())] == list(range(1, 10))
