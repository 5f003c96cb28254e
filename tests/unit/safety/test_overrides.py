"""Which finding an override sets aside, and which it never does."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import ClockTime, DosageDay, DosageStructure, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.ids import CitizenId, OrdinationId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import Ordination
from safety.batch_codes import TOO_MANY_AT_ONCE
from safety.findings import Code, Finding, Overriding, Severity, found
from safety.overrides import (
    Decided,
    Override,
    Signature,
    alert_key,
    decide,
    is_in_force,
    line_named,
    may_be_overridden,
)

TODAY = date(2026, 11, 23)
ANNA, BODIL = CitizenId("anna"), CitizenId("bodil")
NINE = ClockTime(9, 0)
AT = Moment(TODAY, NINE)


def code(number: str = "0151", severity: Severity = Severity.PARK, who: Overriding = Overriding.PHARMACIST) -> Code:
    return Code(f"DOSE-{number}", severity, "{x}", "{x}", "ret", "fix", "test", who)


PHARMACISTS = code()
TWO = code("0152", who=Overriding.TWO_PERSONS)
BATCH = code("0232", Severity.HOLD)


def line(amount: str = "1", name: str = "o-1") -> Ordination:
    doses = (OrderedDose(PartOfDay.MORNING, Decimal(amount)), OrderedDose(ClockTime(14, 30), Decimal(amount)))
    structure = DosageStructure(1, date(2026, 11, 1), None, (DosageDay(1, doses),))
    dosage = StructuredDosage("tablet", (structure,))
    return Ordination(OrdinationId(name), ProductId("28100000001"), dosage, date(2026, 11, 1), None)


def override_of(finding: Finding, about: CitizenId = ANNA, on: Ordination | None = None) -> Override:
    key = alert_key(finding, about, on)
    return Override(key, 1, finding.code.id, about, "talt med lægen", Signature("A", AT), TODAY + timedelta(days=9))


FOUND = found(PHARMACISTS, "o-1", atc="N02", pack="p-1")


def test_an_override_sets_aside_what_it_was_made_for_and_nothing_else() -> None:
    other = found(PHARMACISTS, "o-2", atc="N02", pack="p-1")
    override = override_of(FOUND)
    decided = decide([other, FOUND], [override], ANNA, TODAY)
    assert decided == Decided((other,), ((FOUND, override),))
    assert decided.override_of(FOUND) is override
    assert decided.override_of(other) is None


@pytest.mark.parametrize(
    "changed",
    [
        replace(FOUND, code=TWO),
        replace(FOUND, subject="o-2"),
        replace(FOUND, details=(("atc", "N02"), ("pack", "p-2"))),
        replace(FOUND, details=(("atc", "N02"),)),
        replace(FOUND, details=(("atcpack", "N02p-1"),)),
        replace(FOUND, details=()),
        replace(FOUND, details=(("pack", "N02"), ("atc", "p-1"))),
    ],
)
def test_what_is_found_differently_is_another_alert(changed: Finding) -> None:
    assert alert_key(changed, ANNA) != alert_key(FOUND, ANNA)
    assert decide([changed], [override_of(FOUND)], ANNA, TODAY).standing == (changed,)


@pytest.mark.parametrize(
    ("finding", "on", "key"),
    [
        (FOUND, None, "796b781875f53f7d487dc8504a7474e1253af8dc91047b93a2f2f607a0fc1e2c"),
        (FOUND, line(), "991987e8beca3fed7cd02fa716039c8195d11f09377bf83cdc76d134197ffa80"),
        (
            found(PHARMACISTS, "æøå-1", text="ikke før måltid"),
            line("0"),
            "1d3b2f8308edda51c41505e3b7069f9a5c915ce880fef2b082529db75886217f",
        ),
        (
            found(BATCH, "0000010001", product="Pamol", pouch=3),
            None,
            "582643a50e19f5ce918c57599f0d3a9fe4161b485369565d3a1f080e6b4a8132",
        ),
    ],
)
def test_a_key_is_a_digest_that_never_changes(finding: Finding, on: Ordination | None, key: str) -> None:
    assert alert_key(finding, ANNA, on) == key


def test_details_have_no_order() -> None:
    assert alert_key(replace(FOUND, details=FOUND.details[::-1]), ANNA) == alert_key(FOUND, ANNA)


def test_another_citizens_override_is_nobody_elses() -> None:
    assert alert_key(FOUND, BODIL) != alert_key(FOUND, ANNA)
    theirs = replace(override_of(FOUND), citizen_id=BODIL)
    assert decide([FOUND], [theirs], ANNA, TODAY).standing == (FOUND,)
    assert decide([FOUND], [override_of(FOUND)], BODIL, TODAY).standing == (FOUND,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (found(BATCH, "0000010001", product="Pamol", pouch=3), found(BATCH, "0000020004", product="Pamol", pouch=9)),
        (found(BATCH, "0000010001"), found(BATCH, "9999999999")),
        (
            found(TOO_MANY_AT_ONCE, "0000010001", product="P", date="2026-12-01", slot="morning", amount="12"),
            found(TOO_MANY_AT_ONCE, "0000010001", product="P", date="2026-12-15", slot="morning", amount="12"),
        ),
    ],
)
def test_planning_anew_changes_no_alert(one: Finding, other: Finding) -> None:
    assert alert_key(one, ANNA) == alert_key(other, ANNA)


def _wide(digits: str) -> str:
    """Digits as East Asian letters write them: no number of ours."""
    return "".join(chr(ord(digit) + 0xFEE0) for digit in digits)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (found(BATCH, "0000010001", planned="2026-12-01"), found(BATCH, "0000010001", planned="2026-12-02")),
        (found(BATCH, "000001000"), found(BATCH, "000002000")),
        (found(BATCH, "00000100012"), found(BATCH, "00000200012")),
        (found(BATCH, _wide("0000010001")), found(BATCH, _wide("0000020001"))),
        (found(PHARMACISTS, "0000010001"), found(PHARMACISTS, "0000020001")),
        (found(TOO_MANY_AT_ONCE, "x", date="2026-12-01", amount="12"), found(TOO_MANY_AT_ONCE, "x", amount="13")),
        (found(BATCH, "0000010001", date="2026-12-01"), found(BATCH, "0000010001", date="2026-12-02")),
    ],
)
def test_what_names_no_roll_of_a_batch_is_part_of_the_alert(one: Finding, other: Finding) -> None:
    assert alert_key(one, ANNA) != alert_key(other, ANNA)


def test_a_line_that_looks_like_a_roll_keeps_its_name() -> None:
    one, other = found(BATCH, "0000010001"), found(BATCH, "0000020001")
    on = line()
    assert alert_key(one, ANNA, on) != alert_key(other, ANNA, on)


def read_in(place: str, ordination: str = "o-1", digest: str = "4f") -> Finding:
    """What reading a message finds in one of its lines."""
    return found(PHARMACISTS, place, value="dagligt", ordination=ordination, line=digest)


def test_what_was_read_in_a_line_is_the_same_wherever_the_line_stands_in_its_message() -> None:
    one, other = read_in("Bundle.entry[1].resource.note"), read_in("Bundle.entry[2].resource.note")
    assert alert_key(one, ANNA) == alert_key(other, ANNA)
    assert line_named(one) == "o-1"


@pytest.mark.parametrize(
    "changed",
    [read_in("Bundle.entry[1].resource.note", digest="50"), read_in("Bundle.entry[1].resource.note", "o-2")],
)
def test_what_was_read_in_other_words_or_another_line_is_another_alert(changed: Finding) -> None:
    assert alert_key(changed, ANNA) != alert_key(read_in("Bundle.entry[1].resource.note"), ANNA)


@pytest.mark.parametrize(
    "one", [found(PHARMACISTS, "x", ordination="o-1"), found(PHARMACISTS, "x", line="4f"), found(PHARMACISTS, "x")]
)
def test_a_finding_that_is_not_tied_to_words_keeps_its_subject(one: Finding) -> None:
    assert line_named(one) == ""
    assert alert_key(one, ANNA) != alert_key(replace(one, subject="y"), ANNA)


def test_what_was_read_in_a_line_is_bound_to_the_line_that_is_given() -> None:
    one, other = read_in("o-1"), read_in("o-2")
    assert alert_key(one, ANNA, line()) != alert_key(other, ANNA, line())


@pytest.mark.parametrize(
    "changed",
    [
        line("2"),
        line("10"),
        line("0.1"),
        line("-1"),
        line("NaN"),
        line("Infinity"),
        line("-Infinity"),
        line("0"),
        replace(line(), product_id=ProductId("28100000002")),
        replace(line(), first=date(2026, 11, 2)),
        replace(line(), last=date(2027, 11, 2)),
        replace(line(), instruction="til natten"),
        line(name="o-2"),
    ],
)
def test_an_override_ends_with_the_line_as_it_was(changed: Ordination) -> None:
    override = override_of(FOUND, on=line())
    assert decide([FOUND], [override], ANNA, TODAY, [line()]).standing == ()
    assert decide([FOUND], [override], ANNA, TODAY, [changed]).standing == (FOUND,)
    assert decide([FOUND], [override], ANNA, TODAY).standing == (FOUND,)


@pytest.mark.parametrize(("one", "other"), [("1", "1.00"), ("10", "1E+1"), ("0", "0.00"), ("0", "-0"), ("0", "0E+7")])
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert alert_key(FOUND, ANNA, line(one)) == alert_key(FOUND, ANNA, line(other))


@given(st.decimals(allow_nan=False), st.decimals(allow_nan=False))
def test_different_numbers_are_different_alerts(one: Decimal, other: Decimal) -> None:
    keys = [alert_key(FOUND, ANNA, line(str(amount))) for amount in (one, other)]
    assert (keys[0] == keys[1]) is (one == other)


@pytest.mark.parametrize(
    ("severity", "who", "may"),
    [
        (Severity.PARK, Overriding.PHARMACIST, True),
        (Severity.HOLD, Overriding.TWO_PERSONS, True),
        (Severity.PARK, Overriding.NEVER, False),
        (Severity.REFUSE, Overriding.PHARMACIST, False),
        (Severity.REFUSE, Overriding.TWO_PERSONS, False),
        (Severity.WARN, Overriding.PHARMACIST, False),
        (Severity.INFO, Overriding.PHARMACIST, False),
    ],
)
def test_only_what_waits_for_a_decision_is_decided(severity: Severity, who: Overriding, *, may: bool) -> None:
    of = code(severity=severity, who=who)
    finding = found(of, "o-1")
    assert may_be_overridden(of) is may
    signed = replace(override_of(finding), second=Signature("B", AT))
    assert is_in_force(signed, of, TODAY) is may
    assert decide([finding], [signed], ANNA, TODAY).standing == (() if may else (finding,))


def test_an_override_of_two_counts_from_the_second_signature_on() -> None:
    alone = override_of(found(TWO, "o-1"))
    assert not is_in_force(alone, TWO, TODAY)
    later = Moment(TODAY + timedelta(days=2), NINE)
    signed = replace(alone, second=Signature("B", later))
    assert [is_in_force(signed, TWO, TODAY + timedelta(days=day)) for day in (0, 1, 2, 9, 10)] == [
        False,
        False,
        True,
        True,
        False,
    ]


def test_an_override_counts_on_its_days_only() -> None:
    override = override_of(FOUND)
    days = (-1, 0, 9, 10)
    assert [is_in_force(override, PHARMACISTS, TODAY + timedelta(days=day)) for day in days] == [
        False,
        True,
        True,
        False,
    ]


def test_a_revoked_override_counts_on_no_day() -> None:
    revoked = replace(override_of(FOUND), revoked=Signature("C", Moment(TODAY + timedelta(days=5), NINE)))
    assert not any(is_in_force(revoked, PHARMACISTS, TODAY + timedelta(days=day)) for day in range(10))


def test_the_first_override_that_counts_is_told() -> None:
    over = replace(override_of(FOUND), expires=TODAY - timedelta(days=1))
    again = replace(override_of(FOUND), number=2)
    assert decide([FOUND], [over, again], ANNA, TODAY).overridden == ((FOUND, again),)
