"""Alerts on a screen: set aside by a pharmacist with a glove, signed by a second, taken back; without script too."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dispenser.app.decisions import Judged, note_alerts
from dispenser.app.overriding import override_alert
from dispenser.app.staff import add_staff
from dispenser.core.ids import CitizenId
from dispenser.store.alerts import in_revision
from dispenser.store.session import Database
from hal.clock import SystemClock
from safety.findings import Code, Overriding, Severity, found
from safety.override_checks import Role, Wish
from safety.overrides import alert_key
from scheduling.calendar import local_date
from tests.support.hall import busy_hall
from tests.support.screen import Looker, Server, barriers, too_small

KIRSTEN, OLE = "Kirsten Holm", "Ole Bo"
RISK = Code(
    "DOSE-0199",
    Severity.PARK,
    "{atc} hører til risikolægemidlerne.",
    "{atc} is a high-risk medicine.",
    "Afklar det med lægen.",
    "Settle it with the prescriber.",
    "test",
    Overriding.PHARMACIST,
)
TWO = replace(RISK, id="DOSE-0198", overriding=Overriding.TWO_PERSONS)
NEVER = replace(RISK, id="DOSE-0197", overriding=Overriding.NEVER)
HOLD = replace(RISK, id="DOSE-0299", severity=Severity.HOLD)
CITIZEN = CitizenId("citizen-2")


@pytest.fixture(scope="module")
def alarmed(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hall of its own with alerts of every kind, one signed once, one set aside."""
    file = tmp_path_factory.mktemp("alerts") / "hall.db"
    shutil.copyfile(migrated_file, file)
    with Database.open(f"sqlite:///{file}") as database:
        running = Server(busy_hall(database, SystemClock()))
        services = running.hall.services
        until = local_date(services.clock.now()) + timedelta(days=30)
        add_staff(services, KIRSTEN, Role.PHARMACIST, KIRSTEN)
        add_staff(services, OLE, Role.TECHNICIAN, KIRSTEN)
        keys = []
        for code, atc in ((RISK, "L04AX03"), (RISK, "B01AA03"), (TWO, "N05AN01"), (NEVER, "L01BA01"), (HOLD, "C01")):
            finding = found(code, "o-2-0", atc=atc)
            keys.append(alert_key(finding, CITIZEN))
            with database.write() as tx:
                note_alerts(tx, [Judged(finding, CITIZEN, keys[-1])], in_revision(1), services.clock.now())
        for key in keys[1:3]:
            override_alert(services, key, Wish(KIRSTEN, "Aftalt med lægen i dag", until))
        running.start()
        yield running
        running.stop()


@pytest.mark.parametrize("language", ["da-DK", "en-GB"])
def test_a_page_with_alerts_has_no_barriers_and_fits(
    sit_down: Callable[..., Looker], alarmed: Server, language: str
) -> None:
    looker = sit_down(language=language)
    looker.address = alarmed.address
    page = looker.open("/alerts")
    for summary in page.locator("details").all():
        summary.evaluate("(one) => { one.open = true }")
    assert barriers(page) == []
    for width in (640, 800, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert too_small(page) == [], width
    assert looker.violations() == []


def test_a_pharmacist_decides_without_script_and_somebody_takes_it_back(
    sit_down: Callable[..., Looker], alarmed: Server
) -> None:
    looker = sit_down(script=False)
    looker.address = alarmed.address
    page = looker.open("/")
    page.get_by_role("link", name="Advarsler").click()
    alert = page.get_by_role("listitem").filter(has_text="L04AX03")
    alert.locator("summary").click()
    alert.get_by_label("Begrundelse").fill("Aftalt med lægen: ugentligt")
    until = local_date(alarmed.hall.services.clock.now()) + timedelta(days=14)
    alert.get_by_label("Sidste dag").fill(until.isoformat())
    alert.get_by_label("Dit navn").fill(OLE)
    alert.get_by_role("button", name="Tilsidesæt i mit navn").click()
    expect(page.get_by_role("alert")).to_contain_text("DOSE-0704")
    alert = page.get_by_role("listitem").filter(has_text="L04AX03")
    expect(alert.get_by_label("Begrundelse")).to_have_value("Aftalt med lægen: ugentligt")
    alert.get_by_label("Dit navn").fill("kirsten holm")
    alert.get_by_role("button", name="Tilsidesæt i mit navn").click()
    alert = page.get_by_role("region", name="Tilsidesat lige nu").get_by_role("listitem").filter(has_text="L04AX03")
    expect(alert).to_contain_text(KIRSTEN)
    alert.locator("summary").click()
    alert.get_by_label("Begrundelse").fill("Ordinationen er ændret")
    alert.get_by_label("Dit navn").fill(OLE)
    alert.get_by_role("button", name="Tilbagekald i mit navn").click()
    waiting = page.get_by_role("region", name="Venter på en afgørelse")
    expect(waiting.get_by_role("listitem").filter(has_text="L04AX03")).to_have_count(1)
    looker.complaints[:] = [text for text in looker.complaints if "409" not in text]


def test_a_second_person_signs_with_one_name(sit_down: Callable[..., Looker], alarmed: Server) -> None:
    looker = sit_down()
    looker.address = alarmed.address
    page = looker.open("/alerts")
    alert = page.get_by_role("listitem").filter(has_text="N05AN01")
    expect(alert).to_contain_text(f"{KIRSTEN} (")
    alert.get_by_label("Dit navn").fill(OLE)
    alert.get_by_role("button", name="Underskriv som den anden").click()
    alert = page.get_by_role("listitem").filter(has_text="N05AN01")
    expect(alert).to_contain_text(f", {OLE} (")
    expect(alert.locator("summary")).to_contain_text("Tilbagekald")
