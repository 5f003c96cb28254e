"""Rules that look at one line: what no machine packs, what is alone, what keeps short, what two persons agree to."""

from datetime import timedelta

import pytest

from dispenser.core.dosage import Dosage
from dispenser.core.product import Product
from safety.findings import Overriding, Severity
from safety.rule_codes import HIGH_RISK, NOT_SEPARATE, OTHER_INTERVAL, SHORT_LIFE, UNSUITABLE
from safety.rule_question import Allergy
from safety.rules.allergy import AllergyClass
from safety.rules.days_outside import DaysOutside
from safety.rules.high_risk import HighRisk
from safety.rules.rule import Rule
from safety.rules.separate import Separate
from safety.rules.suitability import Suitability
from safety.rules.which import Which, begins, is_atc, is_full_atc
from tests.support.clinical import ABOUT, alerts, codes, cycle, drug, line
from tests.support.medicine import MONDAY, daily, dosage, dose, structure
from tests.support.medicine import day as dosage_day

ANY = Which(atc=("N02",))
WEEKLY = structure(dosage_day(1, dose("1")), interval=7)


@pytest.mark.parametrize(
    ("which", "fits"),
    [
        (Which(), True),
        (Which(atc=("N",)), True),
        (Which(atc=("N02BE01",)), True),
        (Which(atc=("J01", "N02B")), True),
        (Which(atc=("N02BE51",)), False),
        (Which(names=("SINEMET",)), True),
        (Which(names=("Madopar", "sinemet 25/100 TAB")), False),
        (Which(names=("sinemet 25/100 100",)), True),
        (Which(names=("inemet",)), False),
        (Which(forms=("DEPOT",)), True),
        (Which(forms=("tab", "x")), True),
        (Which(forms=("kapsel",)), False),
        (Which(strengths=("100 MG",)), True),
        (Which(strengths=("100",)), False),
        (Which(("N02",), ("Sin",), ("depot",), ("100 mg",)), True),
        (Which(("N03",), ("Sin",), ("depot",), ("100 mg",)), False),
        (Which(("N02",), ("Son",), ("depot",), ("100 mg",)), False),
        (Which(("N02",), ("Sin",), ("retard",), ("100 mg",)), False),
        (Which(("N02",), ("Sin",), ("depot",), ("10 mg",)), False),
    ],
)
def test_all_that_is_given_must_fit_and_of_each_list_one(which: Which, fits: bool) -> None:  # noqa: FBT001 - a column
    assert which.fits(drug(called="Sinemet 25/100", strength="100 mg", form="Depottabletter")) is fits


@pytest.mark.parametrize(
    ("which", "fits"),
    [
        (Which(strengths=("62,5 mikrogram",)), True),
        (Which(strengths=("62,50 µg",)), True),
        (Which(strengths=("0,0625 MG",)), True),
        (Which(strengths=("62,5\u00a0mikrogram",)), True),
        (Which(strengths=("62,5 mg",)), False),
        (Which(strengths=("62,5 mikrogram/ml",)), False),
        (Which(strengths=("62,5 mikrogram + 1 mg",)), False),
        (Which(names=("Åkesson lang",)), True),
        (Which(names=("A\u030akesson\u00a0 lang",)), True),
        (Which(names=("Akesson",)), False),
        (Which(forms=("o\u0308vertrukne tab",)), True),
    ],
)
def test_what_is_written_otherwise_is_no_other_product(which: Which, fits: bool) -> None:  # noqa: FBT001 - a column
    made = drug(called="A\u030akesson  Lang", strength="62,5 \u00b5g", form="\u00f6vertrukne\u00a0tabletter")
    assert which.fits(made) is fits


def test_strengths_that_cannot_be_read_are_compared_as_they_are_written() -> None:
    made = drug(strength="25/100")
    assert Which(strengths=("25/100",)).fits(made)
    assert not Which(strengths=("100/25",)).fits(made)


def test_codes_are_known_at_every_level() -> None:
    good = ("N", "N02", "N02B", "N02BE", "N02BE01")
    bad = ("", "n", "N0", "N02BE0", "N02BE011", "N02be01", "QN02BE01", "N02BE01 ", "NN2", "N02B1")
    assert all(map(is_atc, good))
    assert not any(map(is_atc, bad))
    assert [is_full_atc(code) for code in good] == [False, False, False, False, True]
    assert not any(map(is_full_atc, bad))
    assert begins("N02BE01", ("J", "N02"))
    assert not begins("N02BE01", ("J", "N03"))
    assert not begins("N02BE01", ())


@pytest.mark.parametrize(
    ("rule", "made", "parked"),
    [
        (Suitability(ABOUT, ANY), drug(), True),
        (Suitability(ABOUT, Which(atc=("L01",))), drug(), False),
        (Suitability(ABOUT, Which(), unmarked=True), drug(), False),
        (Suitability(ABOUT, Which(), unmarked=True), drug(marked=False), True),
        (Suitability(ABOUT, ANY, unless_tray=True), drug(), True),
        (Suitability(ABOUT, ANY, unless_tray=True), drug(tray_only=True), False),
        (Suitability(ABOUT, ANY, unmarked=True, unless_tray=True), drug(marked=False, tray_only=True), False),
        (Suitability(ABOUT, ANY, unmarked=True, unless_tray=True), drug(tray_only=False), False),
    ],
)
def test_what_no_machine_packs(rule: Suitability, made: Product, parked: bool) -> None:  # noqa: FBT001 - a column
    expected = [("DOSE-0150", "line-A", {"product": "Product A"})] if parked else []
    assert alerts(rule, [line()], [made]) == expected
    assert UNSUITABLE.severity is Severity.PARK
    assert UNSUITABLE.overriding is Overriding.NEVER


def test_what_must_be_alone_waits_until_it_is_marked_so() -> None:
    rule = Separate(ABOUT, ANY)
    assert alerts(rule, [line()], [drug()]) == [("DOSE-0151", "line-A", {"product": "Product A"})]
    assert alerts(rule, [line()], [drug(separate=True)]) == []
    assert alerts(Separate(ABOUT, Which(atc=("N04",))), [line()], [drug()]) == []
    assert NOT_SEPARATE.overriding is Overriding.NEVER


def test_what_keeps_short_is_told_and_goes_on() -> None:
    rule = DaysOutside(ABOUT, ANY, 28)
    assert alerts(rule, [line()], [drug()]) == [("DOSE-0152", "line-A", {"product": "Product A", "days": "28"})]
    assert alerts(DaysOutside(ABOUT, Which(atc=("N04",)), 28), [line()], [drug()]) == []
    assert SHORT_LIFE.severity is Severity.INFO


def test_two_persons_agree_to_a_dosage_and_no_other() -> None:
    rule = HighRisk(ABOUT, ANY)
    found = alerts(rule, [line(how=cycle(7, 1, 3, doses=[dose("4"), dose("0.50")]))], [drug()])
    expected = {"product": "Product A", "dosage": "2026-11-23-/7: 1=4+0.5, 3=4+0.5"}
    assert found == [("DOSE-0158", "line-A", expected)]
    assert HIGH_RISK.overriding is Overriding.TWO_PERSONS
    over = line(last=MONDAY - timedelta(days=1))
    assert alerts(rule, [over], [drug()]) == []
    assert codes(alerts(rule, [over, line("B")], [drug(), drug("B")])) == [("DOSE-0158", "line-B")]
    assert len(alerts(rule, [line(last=MONDAY)], [drug()])) == 1


@pytest.mark.parametrize(
    ("how", "wrong"),
    [
        (cycle(7, 1), []),
        (cycle(14, 1), []),
        (daily(dose("1")), ["1"]),
        (cycle(0, 1), ["0"]),
        (dosage(WEEKLY, structure(interval=1)), []),
        (dosage(WEEKLY, structure(dosage_day(1, dose("0")), interval=1)), []),
        (
            dosage(WEEKLY, structure(dosage_day(1, dose("1")), interval=3)),
            ["3"],
        ),
        (dosage(*(structure(dosage_day(1, dose("1")), interval=days) for days in (7, 3, 2))), ["2", "3"]),
        (
            dosage(
                structure(dosage_day(1, dose("1")), start=MONDAY - timedelta(days=9), end=MONDAY - timedelta(days=1)),
                WEEKLY,
            ),
            [],
        ),
        (dosage(structure(dosage_day(1, dose("1")), end=MONDAY)), ["1"]),
    ],
)
def test_only_listed_cycles_are_allowed(how: Dosage, wrong: list[str]) -> None:
    found = alerts(HighRisk(ABOUT, ANY, (14, 7)), [line(how=how)], [drug()])
    named = [details for code, _, details in found if code == "DOSE-0159"]
    assert named == [{"product": "Product A", "found": days, "allowed": "7, 14"} for days in wrong]
    assert len(found) == len(wrong) + 1
    assert OTHER_INTERVAL.overriding is Overriding.NEVER


PENICILLINS = AllergyClass(ABOUT, "penicillins", ("J01C",))


@pytest.mark.parametrize(
    ("allergy", "atc", "parked"),
    [
        ("J01CE02", "J01CA04", True),
        ("J01CE", "J01CA04", True),
        ("J01CE02", "J01CE02", False),
        ("J01", "J01CA04", False),
        ("J01CE02", "J01DC02", False),
        ("J01DC02", "J01CA04", False),
        ("", "J01CA04", False),
        ("penicillin", "J01CA04", False),
    ],
)
def test_a_class_covers_the_other_substances(allergy: str, atc: str, parked: bool) -> None:  # noqa: FBT001 - a column
    found = alerts(PENICILLINS, [line()], [drug(atc=atc)], allergies=[Allergy(allergy, "Penicillin")])
    details = {"allergy": "Penicillin", "atc": allergy, "product": "Product A", "name": "penicillins"}
    assert found == ([("DOSE-0161", "line-A", details)] if parked else [])


def test_a_wider_allergy_than_the_class_covers_its_other_parts() -> None:
    mixed = AllergyClass(ABOUT, "nsaids", ("M01A", "N02BA"))
    found = alerts(mixed, [line()], [drug(atc="N02BA01")], allergies=[Allergy("M01", "NSAID"), Allergy("J01", "x")])
    assert codes(found) == [("DOSE-0161", "line-A")]
    assert found == alerts(
        mixed, [line()], [drug(atc="N02BA01")], allergies=[Allergy("J01", "x"), Allergy("M01", "NSAID")]
    )


@pytest.mark.parametrize(
    "rule",
    [
        Suitability(ABOUT, ANY),
        Separate(ABOUT, ANY),
        DaysOutside(ABOUT, ANY, 7),
        HighRisk(ABOUT, ANY),
        AllergyClass(ABOUT, "x", ("N02",)),
    ],
)
def test_lines_outside_the_pouches_are_not_told(rule: Rule) -> None:
    beside = [line("A", daily(dose("1")), "beside")]
    found = alerts(rule, [line("B")], [drug(), drug("B", "N02BE51")], beside=beside, allergies=[Allergy("N02BA", "x")])
    assert [subject for _, subject in codes(found)] == ["line-B"]
    assert not rule.needs_two
    assert rule.atc == ("N02",)
