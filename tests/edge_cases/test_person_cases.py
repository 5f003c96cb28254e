"""Who a roll is for: names that are long or unusual, numbers that look wrong and are right, people who look alike."""

import pypdfium2
import pytest

from dispenser.app.printing import batch_labels
from dispenser.core.ids import BatchId
from pharmacy_sync.fhir.identity import birth_date_of
from safety.order_checks import check_order
from tests.support.counter import Counter, codes, medicine, person
from tests.support.fhir import Json, part
from tests.support.medicine import stock
from tests.support.orders import order_for

DAILY = part("2026-11-01", None, frequency=1, when=["MORN"])
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def modulus_11(civil_number: str) -> int:
    """The remainder that was 0 for every civil registration number before October 2007."""
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, civil_number, strict=True)) % 11


def text_of(pdf: bytes) -> str:
    """What stands on all pages, without any space, because a long name goes on in the next line."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for page in document:
            text = page.get_textpage()
            # The page reader takes a hyphen at a line's end for hyphenation and gives U+0002 for it.
            pages.append(text.get_text_bounded().replace("\x02", "-"))
            text.close()
            page.close()
    finally:
        document.close()
    return "".join("".join(pages).split())


@pytest.mark.parametrize(
    "name",
    [
        "Marie-Louise Vestergaard",
        "Anne-Margrethe Elisabeth Christiane Bjørnestrøm-Østergaard von Ahlefeldt-Laurvig",
        "Åge Ærø Øster-Ågård",
        "Sinéad O'Brien-D’Angelo",  # noqa: RUF001 - as people write it
    ],
    ids=["more-than-22-characters", "more-than-60-characters", "danish-letters", "apostrophes"],
)
def test_a_name_is_on_every_pouch_in_full(counter: Counter, name: str) -> None:
    """From home care's message to the machine's order and the printed page, no letter of a name is lost or changed."""
    counter.take(person(name), medicine(DAILY))
    roll = counter.roll()
    labels = counter.labels(roll)
    assert {lines[0] for lines in labels.values()} == {name}
    printed = text_of(batch_labels(counter.services, BatchId(roll.roll_id[:6])))
    assert printed.count("".join(name.split())) == len(labels) == 15


def test_two_citizens_with_the_same_name_and_birth_date_are_told_apart(counter: Counter) -> None:
    """Each has a roll and a number on every pouch; the label of one on the roll of the other is refused."""
    counter.take(person(civil_number="0102481234"), medicine(DAILY))
    counter.take(person(civil_number="0102480030", fhir_id="p2"), medicine(DAILY, name="m2", of="p2"))
    rolls = {counter.labels(roll)[1][1]: roll for roll in counter.planned().rolls}
    assert sorted(rolls) == ["CPR 010248-0030", "CPR 010248-1234"]
    roll = rolls["CPR 010248-0030"]
    with counter.services.database.read() as tx:
        whose = tx.citizens.get(roll.citizen_id).identity
    # Every label of this order is that of number 0102481234.
    order = order_for(roll, stock({}), counter.services.catalogue)
    findings = check_order(order, roll, whose, stock({}), counter.services.catalogue)
    assert {finding.code.id for finding in findings} == {"DOSE-0317"}
    assert len(findings) == 1 + len(roll.pouches)


@pytest.mark.parametrize(
    ("civil_number", "born", "printed"),
    [
        ("0101651234", "1965-01-01", "CPR 010165-1234"),
        ("6102481234", "1948-02-01", "CPR 610248-1234"),
        ("2902480001", "1948-02-29", "CPR 290248-0001"),
    ],
    ids=["without-modulus-11", "replacement-number-day-plus-60", "born-on-29-february"],
)
def test_a_number_that_looks_wrong_and_is_right(counter: Counter, civil_number: str, born: str, printed: str) -> None:
    """Numbers without the old check digit and replacement numbers are taken in silence and printed as they are."""
    assert modulus_11(civil_number)
    reply = counter.receive(person(civil_number=civil_number, born=born), medicine(DAILY))
    assert (reply.status, codes(reply)) == (200, set())
    assert {lines[1] for lines in counter.labels(counter.roll()).values()} == {printed}


def test_a_replacement_number_with_letters_is_refused_with_its_reason(counter: Counter) -> None:
    """An X-eCPR such as 0102481AB3 is not understood: refused by name, never cut down to its digits."""
    reply = counter.receive(person(civil_number="0102481AB3"), medicine(DAILY))
    assert (reply.status, codes(reply)) == (422, {"DOSE-1103"})
    with counter.services.database.read() as tx:
        assert tx.citizens.by_fhir_id("p1") is None


def test_a_protected_address_is_printed_nowhere(counter: Counter) -> None:
    """A citizen with a protected address: home care may send it, no label and no record ever shows it."""
    protected: Json = {
        "address": [{"text": "Hemmelighedsvej 7, 9000 Aalborg"}],
        "meta": {"security": [{"code": "R"}]},
    }
    counter.take(person() | protected, medicine(DAILY))
    roll = counter.roll()
    assert "Hemmelig" not in str(counter.labels(roll))
    assert "Hemmelig" not in text_of(batch_labels(counter.services, BatchId(roll.roll_id[:6])))


@pytest.mark.parametrize(
    ("civil_number", "year"),
    [
        ("0101580000", 1958),
        ("0101363000", 1936),
        ("0101364000", 2036),
        ("0101374000", 1937),
        ("0101575000", 2057),
        ("0101585000", 1858),
        ("0101998000", 1899),
        ("0101008000", 2000),
        ("0101369000", 2036),
        ("0101379000", 1937),
    ],
)
def test_which_century_a_civil_number_means(civil_number: str, year: int) -> None:
    """The seventh digit tells the century: 1858 to 1899, 1900 to 1999, or 2000 to 2057."""
    born = birth_date_of(civil_number)
    assert born is not None
    assert born.year == year


@pytest.mark.parametrize(
    ("civil_number", "born", "warnings"),
    [
        ("1501260000", "1926-01-15", set[str]()),
        ("1501264000", "2026-01-15", set[str]()),
        ("1501264000", "1926-01-15", {"DOSE-1105"}),
        ("1501260000", "2026-01-15", {"DOSE-1105"}),
    ],
    ids=["a-hundred-years-old", "newborn", "number-of-the-newborn", "number-of-the-centenarian"],
)
def test_a_newborn_is_not_taken_for_a_citizen_of_a_hundred(
    counter: Counter, civil_number: str, born: str, warnings: set[str]
) -> None:
    """150126 is a day in 1926 and in 2026: where number and birth date disagree on the century, somebody is told."""
    reply = counter.receive(person(civil_number=civil_number, born=born), medicine(DAILY))
    assert (reply.status, codes(reply)) == (200, warnings)
