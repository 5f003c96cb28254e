"""The live view: whole without script, in two languages, for this computer alone, and only its own forms."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx2
import pytest
from lxml import html
from starlette.applications import Starlette

from simulator.clock import ScaledClock
from simulator.host import Host
from simulator.machine import Machine
from simulator.spec import MachineSpec
from simulator.station import Station
from simulator.web import view_of
from tests.support.bench import BAYS, Bench

OWN = "http://127.0.0.1:8090"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    one = Station(MachineSpec("a <b>", BAYS, wire="serial", warm_up_ms=0), tmp_path, 1.0, is_watched=True)
    yield one
    one.close()


def power_up(station: Station) -> Bench:
    """Give the station's machine power on a clock that stands still, and somebody to work it."""
    bench = Bench()
    bench.machine = Machine(station.spec, station.memory)
    bench.spec = station.spec
    station.host = Host(bench.machine, clock=ScaledClock(1.0, lambda: 0.0))
    return bench


def call(
    app: Starlette, method: str, path: str, body: Mapping[str, str] | None = None, **headers: str
) -> httpx2.Response:
    async def main() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url=OWN) as client:
            named = {key.replace("_", "-"): value for key, value in headers.items()}
            return await client.request(method, path, data=body, headers=named)

    return asyncio.run(main())


def test_the_page_is_whole_in_danish_and_english(station: Station) -> None:
    bench = power_up(station)
    bench.give(1, [bench.pick(1)], [bench.pick(1), bench.pick(2)])
    bench.wait_for("Complete")
    for language, says in (("da", "Færdig (Complete)"), ("en", "Complete")):
        answer = call(view_of([station]), "GET", f"/?lang={language}")
        page = html.fromstring(answer.text)
        assert answer.status_code == 200
        assert page.get("lang") == language
        (article,) = page.findall(".//article")
        assert article.get("id") == "a <b>"
        values = {one.get("data-field"): one.text_content() for one in article.iter("dd")}
        assert values["state"] == says
        assert (values["packed"], values["void"], values["wrong"], values["film"]) == ("2", "0", "0", "2")
        assert len(article.findall(".//img")) == 2
        assert [form.get("action") for form in article.iter("form")] == ["/inject", "/press"]
        assert {"jam", "power_cut", "noise"} <= {one.get("value") for one in article.iter("option")}
        # Nothing on the page needs more than the policy allows.
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", answer.text)


def test_every_answer_carries_the_policy(station: Station) -> None:
    power_up(station)
    for path in ("/", "/static/view.css", "/nothing"):
        headers = call(view_of([station]), "GET", path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_form_puts_a_fault_in_and_says_so(station: Station) -> None:
    bench = power_up(station)
    form = {"machine": "a <b>", "fault": "film_out", "values": "", "lang": "da"}
    answer = call(view_of([station]), "POST", "/inject", form, origin=OWN)
    assert answer.status_code == 303
    assert "Gjort: film_out" in call(view_of([station]), "GET", answer.headers["location"].partition("#")[0]).text
    bench.give(1, [bench.pick(1)])
    bench.wait(60_000)
    assert "FilmChanged" in {entry["kind"] for entry in bench.entries()}


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"fault": "jam", "values": "bey=1"}, "no argument &#39;bey&#39;"),
        ({"fault": "<script>", "values": ""}, "no fault &#39;&lt;script&gt;&#39;"),
        ({"fault": "power_cut", "values": "step=before_seal"}, "nothing is being packed"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_in_words(station: Station, form: dict[str, str], says: str) -> None:
    power_up(station)
    answer = call(view_of([station]), "POST", "/inject", {"machine": "a <b>", **form}, origin=OWN)
    page = call(view_of([station]), "GET", answer.headers["location"].partition("#")[0]).text
    assert "Afvist" in page
    assert says in page


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://evil.example"}, {"origin": "null"}, {"origin": OWN, "sec_fetch_site": "cross-site"}],
)
def test_a_form_from_elsewhere_does_nothing(station: Station, headers: dict[str, str]) -> None:
    bench = power_up(station)
    before = len(bench.entries())
    answer = call(view_of([station]), "POST", "/inject", {"machine": "a <b>", "fault": "film_out"}, **headers)
    assert answer.status_code == 403
    assert len(bench.entries()) == before


def test_another_name_of_the_host_is_refused(station: Station) -> None:
    assert call(view_of([station]), "GET", "/", host="evil.example:8090").status_code == 403
    assert call(view_of([station]), "GET", "/", host="localhost:8090").status_code == 200


def test_the_panel_is_pressed_and_refuses_in_words(station: Station) -> None:
    bench = power_up(station)
    for command, says in (("Reset", "Gjort"), ("Hold", "Hold is not allowed"), ("<b>", "no such command: &lt;b&gt;")):
        answer = call(view_of([station]), "POST", "/press", {"machine": "a <b>", "command": command}, origin=OWN)
        assert says in call(view_of([station]), "GET", answer.headers["location"].partition("#")[0]).text
    assert bench.machine.state == "Resetting"


def test_a_machine_without_power_is_shown_as_such(station: Station) -> None:
    assert "uden strøm" in call(view_of([station]), "GET", "/").text
    answer = call(view_of([station]), "POST", "/inject", {"machine": "a <b>", "fault": "jam"}, origin=OWN)
    assert "no+power" in answer.headers["location"]


def test_pictures_and_files_are_there_and_nothing_else(station: Station) -> None:
    bench = power_up(station)
    bench.give(1, [bench.pick(1)])
    bench.wait_for("Complete")
    app = view_of([station])
    picture = call(app, "GET", "/picture/a <b>/1.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg")
    assert call(app, "GET", "/picture/a <b>/2.svg").status_code == 404
    assert call(app, "GET", "/picture/x/1.svg").status_code == 404
    assert call(app, "GET", "/static/view.js").headers["content-type"].startswith("text/javascript")
    assert call(app, "GET", "/static/..%2Fweb.py").status_code == 404
    assert call(app, "GET", "/inject").status_code == 405
    assert call(app, "POST", "/inject", {"machine": "x"}, origin=OWN).status_code == 404
    assert call(app, "POST", "/inject", {"machine": "x" * 5_000}, origin=OWN).status_code == 413
