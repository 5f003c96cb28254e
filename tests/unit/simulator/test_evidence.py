"""Evidence: JUnit that other readers take, a PDF that says the same, both byte for byte the same for the same runs."""

import re
from collections.abc import Iterator

import pypdfium2
import pytest
from lxml import etree

from simulator.evidence import Exhibit, Origin, evidence_digest, exhibit_of
from simulator.evidence_junit import junit
from simulator.evidence_pdf import pdf
from simulator.evidence_words import both
from simulator.scenario_files import find, load, shipped
from simulator.scenario_play import play

ORIGIN = Origin("1.2.3", "abc", "2026-02-03")
REQUIRED = {"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "time"}


def exhibits() -> list[Exhibit]:
    return [exhibit_of(play(load(find(name))), ORIGIN) for name in ("03-double-unseen-missed", "07-jam")]


@pytest.fixture(scope="module")
def made() -> list[Exhibit]:
    return exhibits()


def failing(exhibit: Exhibit) -> Exhibit:
    from dataclasses import replace  # noqa: PLC0415

    first, *rest = exhibit.verdicts
    return replace(exhibit, verdicts=(replace(first, found="\x00<Æ&>", passed=False), *rest))


def suites(document: bytes) -> Iterator[etree._Element]:
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False))
    assert root.tag == "testsuites"
    yield from root


def test_junit_has_what_every_reader_wants(made: list[Exhibit]) -> None:
    found = list(suites(junit([*made, failing(made[1])], ORIGIN)))
    assert len(found) == 3
    for index, suite in enumerate(found):
        assert suite.tag == "testsuite"
        assert set(suite.attrib) >= REQUIRED
        assert suite.get("id") == str(index)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp", ""))
        assert re.fullmatch(r"\d+\.\d{3}", suite.get("time", ""))
        children = [child.tag for child in suite]
        cases = children.count("testcase")
        # The order of Ant's schema: properties, cases, output, errors.
        assert children == ["properties", *["testcase"] * cases, "system-out", "system-err"]
        assert suite.get("tests") == str(cases)
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        for case in suite.findall("testcase"):
            assert {"name", "classname", "time"} <= set(case.attrib)
    failure = found[2].find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "expected none failed, found ?<Æ&>"
    assert failure.get("type") == "verdict"


def test_junit_tells_what_was_run(made: list[Exhibit]) -> None:
    suite = next(suites(junit(made, ORIGIN)))
    told = {one.get("name"): one.get("value") for one in suite.findall("properties/property")}
    assert (told["version"], told["commit"], told["seed"], told["faults"]) == ("1.2.3", "abc", "1", "3")
    for digest in ("machine digest", "scenario digest", "log digest"):
        assert re.fullmatch("[0-9a-f]{64}", told[digest] or "")


def test_the_pdf_shows_both_sides_the_pouches_and_where_to_sign(made: list[Exhibit]) -> None:
    pages = pypdfium2.PdfDocument(pdf([*made, failing(made[1])], ORIGIN))
    text = "\n".join(page.get_textpage().get_text_range() for page in pages)
    text = re.sub(r"\s+", " ", text)
    for part in (
        "ingen rigtig maskine",
        "1.2.3",
        "2026-02-03",
        "Hverken sensor eller kamera ser den ekstra tablet",
        "opgave 1, pose 2, film 2 / order 1, pouch 2, film 2: pakket / packed",
        "meldt pakket og i sandhed forkert / reported as packed and wrong in truth",
        "FEJL / FAIL",
        "JAM",
        "Godkendt af / Approved by",
        made[0].facts[-1][1],
    ):
        assert part in text, part
    pages.close()


def test_every_requirement_and_fact_of_the_shipped_scenarios_is_told_in_danish_too() -> None:
    for path in shipped():
        made = exhibit_of(play(load(path)), ORIGIN)
        names = [one.name for one in made.verdicts] + [name for name, _ in (*made.facts, *made.counts)]
        assert [name for name in names if both(name) == name and name not in {"version", "commit"}] == []


def text_of(document: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(document)
    texts = [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in pages]
    pages.close()
    return texts


def test_who_signs_is_told_what_must_not_be_overlooked(made: list[Exhibit]) -> None:
    first, *_ = text_of(pdf(made, ORIGIN))
    assert "the machine saw nothing: 03-double-unseen-missed" in first
    assert "NOTE: the commit" not in first
    assert "left out" not in first
    bad = Origin("1.2.3", "abc+changes", "2026-01-05", left_out=("22-noise", "22-cut"))
    first, *_ = text_of(pdf(made[1:], bad))
    assert "the machine saw nothing" not in first
    assert "NOTE: the commit does not tell the whole program" in first
    assert "disturb a serial line: 22-noise, 22-cut" in first
    left_out = list(suites(junit(made, bad)))[2:]
    assert [(one.get("name"), one.get("skipped"), one.get("id")) for one in left_out] == [
        ("22-noise", "1", "2"),
        ("22-cut", "1", "3"),
    ]
    assert left_out[0].find("testcase/skipped") is not None


def test_a_signature_is_bound_to_all_that_is_told(made: list[Exhibit]) -> None:
    first, *_, last = text_of(pdf(made, ORIGIN))
    digest = evidence_digest(made)
    assert digest in first.replace(" ", "")
    assert digest in last.replace(" ", "")
    assert evidence_digest([made[0], failing(made[1])]) != digest


def test_every_page_tells_how_many_there_are(made: list[Exhibit]) -> None:
    pages = text_of(pdf(made, ORIGIN))
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
        assert "dispenser-sim 1.2.3, abc" in page


def test_a_date_that_nobody_told_is_no_date(made: list[Exhibit]) -> None:
    (first, *_) = pypdfium2.PdfDocument(pdf(made, Origin("1.2.3", "abc", "2026-01-05", is_dated=False)))
    assert "day on the machine's clock" in re.sub(r"\s+", " ", first.get_textpage().get_text_range())


def test_the_same_runs_give_the_same_bytes(made: list[Exhibit]) -> None:
    again = exhibits()
    assert junit(made, ORIGIN) == junit(again, ORIGIN)
    assert pdf(made, ORIGIN) == pdf(again, ORIGIN)
    assert pdf(made, ORIGIN) != pdf(made[:1], ORIGIN)


def test_an_alarm_is_told_in_danish_with_what_to_do(made: list[Exhibit]) -> None:
    (alarm,) = made[1].alarms
    assert alarm.code == "JAM"
    assert all((alarm.text_da, alarm.text_en, alarm.steps_da, alarm.steps_en))
    assert made[1].document()["passed"] is True


def test_wrong_pouches_come_first(made: list[Exhibit]) -> None:
    assert [(one.pouch, one.outcome) for one in made[0].pouches] == [(2, "packed")]
    assert [(one.pouch, one.reason) for one in made[1].pouches] == [(2, "jam")]
