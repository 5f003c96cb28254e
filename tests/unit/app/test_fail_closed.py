"""A check that cannot run lets nothing pass: at intake, in a batch, at release, of a pouch."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from dispenser.app.batching import plan_batch
from dispenser.app.intake import accept_bundle
from dispenser.app.rejudging import rejudge
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.services import Services
from dispenser.core.batch import BatchState
from dispenser.core.ids import ProductId
from dispenser.core.plan import Disposition
from dispenser.core.product import Product
from dispenser.store.session import Database
from tests.support.fhir import bundle, patient, request
from tests.support.hall import NORTH
from tests.support.pharmacy import DAYS, WHO, Fresh, Pharmacy, line, with_products

PUSHED = bundle(patient(), request("m1"), request("m2"))


class Unreadable(dict[ProductId, Product]):
    """Products of which a look-up of one raises."""

    def get(self, key: ProductId, default: object = None) -> Product | None:  # type: ignore[override]  # narrower
        raise LookupError(key, default)


def test_a_message_that_could_not_be_checked_is_refused(services: Services) -> None:
    broken = with_products(services, Unreadable(services.catalogue.products))
    reply = accept_bundle(broken, json.dumps(PUSHED).encode(), "test")
    assert reply.status == 422
    assert "DOSE-0600" in json.dumps(reply.document)
    with services.database.read() as tx:
        assert tx.citizens.by_fhir_id("p1") is None


def test_a_plan_that_could_not_be_checked_again_has_no_line_that_is_packed(services: Services) -> None:
    assert accept_bundle(services, json.dumps(PUSHED).encode(), "test").status == 200
    broken = with_products(services, Unreadable(services.catalogue.products))
    with services.database.write() as tx:
        citizen = tx.citizens.by_fhir_id("p1")
        assert citizen is not None
        assert rejudge(broken, tx, citizen.citizen_id, WHO, services.clock.now())
        plan = tx.plans.current(citizen.citizen_id)
        lines = tx.plans.lines_of(citizen.citizen_id, 2)
    assert plan is not None
    assert plan.ordinations == ()
    assert [line.disposition for line in lines] == [Disposition.REFUSED, Disposition.REFUSED]
    assert all("DOSE-0600" in {finding.code for finding in line.reasons} for line in lines)


@pytest.fixture
def pharmacy(fresh: Fresh) -> Iterator[Pharmacy]:
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = Pharmacy(database)
        pharmacy.citizen(1, line("A"))
        yield pharmacy


def without_clocks(services: Services) -> Services:
    """The same table of slots by name, whose times of day got lost."""
    return replace(services, slots=replace(services.slots, times={}))


def test_a_batch_that_could_not_be_checked_is_held(pharmacy: Pharmacy) -> None:
    products = {
        name: replace(product, dimensions="10 x 5 x 5")  # type: ignore[arg-type]  # the fault that is seeded
        for name, product in pharmacy.services.catalogue.products.items()
    }
    record = plan_batch(with_products(pharmacy.services, products), NORTH, DAYS, WHO)
    assert record.state is BatchState.HELD
    assert "DOSE-0600" in {finding.code for finding in record.findings}


def test_a_roll_that_could_not_be_checked_is_not_released(pharmacy: Pharmacy) -> None:
    record = pharmacy.batch()
    assert record.state is BatchState.PLANNED
    with pytest.raises(NotReleasableError, match="the plan has changed"):
        release_batch(without_clocks(pharmacy.services), record.batch_id, WHO)
