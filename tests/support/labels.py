"""Labels with one thing made wrong at a time, and findings as they are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from dispenser.core.dosage import ClockTime
from dispenser.core.product import Catalogue
from dispenser.core.replaced import Related
from dispenser.core.roll import Period, Roll
from hal.orders import PackingOrder, PouchOrder
from labels.content import header_label
from safety import label_codes
from safety.findings import Finding
from safety.label_checks import check_labels
from safety.label_words import Labelled
from tests.support.finished import PACKED_ON, SITE, ordered
from tests.support.medicine import MONDAY, NOON, SLOTS, catalogue, daily, dose, ordination, plan, roll
from tests.support.orders import IDENTITY

PRODUCTS = catalogue()
TWO_DAYS = Period(MONDAY, MONDAY + timedelta(days=1))
PLAN = plan(
    ordination(daily(dose("1.5"), dose("1", NOON)), "A"),
    ordination(daily(dose("2")), "D"),
    ordination(daily(dose("0.25", ClockTime(6, 5))), "E", instruction="2 timer før mad"),
)
ROLL = roll(PLAN, TWO_DAYS)
ORDER = ordered(ROLL, range(len(ROLL.pouches) + 1), PRODUCTS)
ABOUT = Labelled(ROLL, IDENTITY, PRODUCTS, SLOTS, PACKED_ON, Related())
Details = dict[str, str]


def told(finding: Finding) -> tuple[str, Details]:
    assert "{" not in finding.text("da") + finding.text("en") + finding.fix("da") + finding.fix("en")
    assert finding.subject == "job-1"
    return finding.code.id, dict(finding.details)


def wrong(order: PackingOrder, about: Labelled = ABOUT) -> list[tuple[str, Details]]:
    return [told(finding) for finding in check_labels(order, about)]


def changed(number: int, change: Callable[[PouchOrder], PouchOrder], order: PackingOrder = ORDER) -> PackingOrder:
    return replace(order, pouches=tuple(change(one) if one.number == number else one for one in order.pouches))


def lined(number: int, before: str, after: str) -> PackingOrder:
    """The order with one line of a label replaced; empty takes it away."""

    def change(one: PouchOrder) -> PouchOrder:
        assert before in one.lines
        lines = (after if line == before else line for line in one.lines)
        return replace(one, lines=tuple(line for line in lines if line))

    return changed(number, change)


def differs(number: int, what: str, label: str, expected: str) -> tuple[str, Details]:
    details = {"pouch": str(number), "what": what, "label": label, "expected": expected}
    return label_codes.LABEL_DIFFERS.id, details


def amount(number: int, name: str, label: str, pouched: str, machine: str) -> tuple[str, Details]:
    details = {"pouch": str(number), "product": name, "label": label, "pouched": pouched, "machine": machine}
    return label_codes.LABEL_AMOUNT.id, details


def total(number: int, label: str, lines: str, machine: str) -> tuple[str, Details]:
    return label_codes.LABEL_TOTAL.id, {"pouch": str(number), "label": label, "lines": lines, "machine": machine}


def strange(number: int, label: str, expected: str) -> tuple[str, Details]:
    return label_codes.LABEL_STRANGE.id, {"pouch": str(number), "label": label, "expected": expected}


def header_of(of: Roll, related: Related, products: Catalogue = PRODUCTS) -> PackingOrder:
    lines = header_label(SITE, IDENTITY, of, products, SLOTS, PACKED_ON, relation=related).lines
    return replace(ORDER, pouches=(replace(ORDER.pouches[0], lines=lines),))
