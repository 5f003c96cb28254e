"""Evidence as JUnit XML, in the form that build servers read (Ant's schema); the same runs give the same bytes."""

import re
from collections.abc import Sequence
from typing import Final

from lxml import etree

from simulator.evidence import Exhibit, Origin

_NEVER_IN_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HOST: Final = "dispenser-sim"


def junit(exhibits: Sequence[Exhibit], origin: Origin) -> bytes:
    """Return one test suite for each run, one test case for each verdict; times are virtual seconds."""
    root = etree.Element("testsuites")
    for index, exhibit in enumerate(exhibits):
        failures = sum(not verdict.passed for verdict in exhibit.verdicts)
        suite = etree.SubElement(
            root,
            "testsuite",
            name=_clean(exhibit.name),
            package="dispenser-sim",
            id=str(index),
            timestamp=f"{origin.date}T00:00:00",
            hostname=_HOST,
            tests=str(len(exhibit.verdicts)),
            failures=str(failures),
            errors="0",
            time=_seconds(exhibit.elapsed_ms),
        )
        properties = etree.SubElement(suite, "properties")
        told = (("title", exhibit.title_en), *exhibit.facts, *((name, str(count)) for name, count in exhibit.counts))
        for name, value in told:
            etree.SubElement(properties, "property", name=_clean(name), value=_clean(value))
        for verdict in exhibit.verdicts:
            case = etree.SubElement(
                suite, "testcase", name=_clean(verdict.name), classname=_clean(f"scenario.{exhibit.name}"), time="0.000"
            )
            if not verdict.passed:
                message = _clean(f"expected {verdict.expected}, found {verdict.found}")
                etree.SubElement(case, "failure", message=message, type="verdict").text = message
        etree.SubElement(suite, "system-out").text = _clean(exhibit.about_en)
        etree.SubElement(suite, "system-err").text = ""
    for index, name in enumerate(origin.left_out, start=len(exhibits)):
        suite = etree.SubElement(root, "testsuite", _of_left_out(index, name, origin))
        etree.SubElement(suite, "properties")
        case = etree.SubElement(suite, "testcase", name="run", classname=_clean(f"scenario.{name}"), time="0.000")
        etree.SubElement(case, "skipped", message="disturbs a serial line")
        etree.SubElement(suite, "system-out").text = ""
        etree.SubElement(suite, "system-err").text = ""
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _of_left_out(index: int, name: str, origin: Origin) -> dict[str, str]:
    about = {"package": "dispenser-sim", "id": str(index), "timestamp": f"{origin.date}T00:00:00", "hostname": _HOST}
    counts = {"tests": "1", "failures": "0", "errors": "0", "skipped": "1", "time": "0.000"}
    return {"name": _clean(name), **about, **counts}


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000:03}"


def _clean(text: str) -> str:
    return _NEVER_IN_XML.sub("?", text)
