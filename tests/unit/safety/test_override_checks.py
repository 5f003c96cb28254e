"""Who may override what, in which words and for how long; who may write in the list of staff."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import ClockTime
from dispenser.core.ids import CitizenId
from dispenser.core.moment import Moment
from safety import override_codes as codes
from safety.findings import Code, Finding, Overriding, Severity, found
from safety.override_checks import (
    Member,
    Role,
    Wish,
    check_addition,
    check_override,
    check_pharmacist,
    check_reason,
    check_removal,
    check_revocation,
    check_second,
    is_name,
    is_pharmacist,
    is_staff,
)
from safety.overrides import Override, Signature, may_be_overridden

TODAY = date(2026, 11, 23)
AT = Moment(TODAY, ClockTime(9, 0))
KIRSTEN, ANNA, OLE = (
    Member("Kirsten Holm", Role.PHARMACIST),
    Member("Anna Lund", Role.PHARMACIST),
    Member("Ole Bo", Role.TECHNICIAN),
)
STAFF = (KIRSTEN, ANNA, OLE)
ONE = Code("DOSE-0151", Severity.PARK, "x", "x", "x", "x", "x", Overriding.PHARMACIST)
TWO = replace(ONE, overriding=Overriding.TWO_PERSONS)
NEVER = replace(ONE, overriding=Overriding.NEVER)
REASON = "Aftalt med lægen"
WISH = Wish("Kirsten Holm", REASON, TODAY + timedelta(days=14))
MADE = Override("k", 1, ONE.id, CitizenId("c"), REASON, Signature("Kirsten Holm", AT), TODAY + timedelta(days=14))


def test_a_pharmacist_overrides_with_a_reason_until_a_day() -> None:
    assert check_override(ONE, WISH, STAFF, TODAY) == ()
    assert check_override(TWO, WISH, STAFF, TODAY) == ()
    assert check_override(ONE, replace(WISH, who=" kirsten  HOLM "), STAFF, TODAY) == ()


def test_where_two_must_agree_a_technician_may_be_one_of_them() -> None:
    assert check_override(TWO, replace(WISH, who="Ole Bo"), STAFF, TODAY) == ()
    assert check_override(ONE, replace(WISH, who="Ole Bo"), STAFF, TODAY) == (
        found(codes.NO_PHARMACIST, "who", who="Ole Bo"),
    )


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (replace(WISH, who="Eva"), found(codes.NOT_ON_STAFF, "who", who="Eva")),
        (replace(WISH, who=" "), found(codes.NO_NAME, "who", most=80)),
        (replace(WISH, who="x" * 81), found(codes.NO_NAME, "who", most=80)),
        (replace(WISH, reason=""), found(codes.REASON_MISSING, "reason", least=10)),
        (replace(WISH, reason="ok, ok, ok, ok.."), found(codes.REASON_MISSING, "reason", least=10)),
        (replace(WISH, expires=None), found(codes.EXPIRY_MISSING, "expires")),
        (replace(WISH, expires=date(2026, 11, 22)), found(codes.EXPIRY_PAST, "expires", expires="2026-11-22")),
        (
            replace(WISH, expires=TODAY + timedelta(days=93)),
            found(codes.EXPIRY_TOO_FAR, "expires", expires="2027-02-24", most=92),
        ),
    ],
)
def test_what_is_missing_is_named(wish: Wish, expected: Finding) -> None:
    assert check_override(ONE, wish, STAFF, TODAY) == (expected,)


def test_everything_that_is_missing_is_named_at_once() -> None:
    told = check_override(NEVER, Wish("Eva", "", None), STAFF, TODAY, [MADE])
    assert [finding.code for finding in told] == [
        codes.NEVER_OVERRIDDEN,
        codes.REASON_MISSING,
        codes.NOT_ON_STAFF,
        codes.EXPIRY_MISSING,
        codes.OVERRIDDEN_ALREADY,
    ]
    assert told[0] == found(codes.NEVER_OVERRIDDEN, "code", of="DOSE-0151")
    assert told[4] == found(codes.OVERRIDDEN_ALREADY, "key", who="Kirsten Holm", expires="2026-12-07")


@pytest.mark.parametrize("days", [0, 92])
def test_an_override_may_end_today_or_in_a_quarter(days: int) -> None:
    assert check_override(ONE, replace(WISH, expires=TODAY + timedelta(days=days)), STAFF, TODAY) == ()


@pytest.mark.parametrize("severity", [Severity.INFO, Severity.WARN, Severity.REFUSE])
def test_what_stops_nothing_or_everything_is_not_overridden(severity: Severity) -> None:
    (told,) = check_override(replace(ONE, severity=severity), WISH, STAFF, TODAY)
    assert told.code is codes.NEVER_OVERRIDDEN


@pytest.mark.parametrize(
    ("before", "free"),
    [
        (MADE, False),
        (replace(MADE, expires=TODAY), False),
        (replace(MADE, expires=TODAY - timedelta(days=1)), True),
        (replace(MADE, revoked=Signature("Anna Lund", AT)), True),
    ],
)
def test_an_alert_has_one_override_at_a_time(before: Override, *, free: bool) -> None:
    told = check_override(ONE, WISH, STAFF, TODAY, [before])
    assert [finding.code for finding in told] == ([] if free else [codes.OVERRIDDEN_ALREADY])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Kirsten Holm", "Ole Bo", ()),
        ("Kirsten Holm", "Anna Lund", ()),
        ("Ole Bo", "Anna Lund", ()),
        ("Kirsten Holm", "KIRSTEN holm", (found(codes.SAME_PERSON, "who", who="KIRSTEN holm"),)),
        ("Kirsten Holm", "Eva", (found(codes.NOT_ON_STAFF, "who", who="Eva"),)),
        ("Kirsten Holm", "", (found(codes.NO_NAME, "who", most=80),)),
        (
            "Ole Bo",
            "Ole Bo",
            (found(codes.SAME_PERSON, "who", who="Ole Bo"), found(codes.NO_PHARMACIST, "who", who="Ole Bo")),
        ),
        ("Eva", "Ole Bo", (found(codes.NO_PHARMACIST, "who", who="Ole Bo"),)),
    ],
)
def test_the_second_is_another_person_and_one_of_the_two_a_pharmacist(
    first: str, second: str, expected: tuple[Finding, ...]
) -> None:
    made = replace(MADE, first=Signature(first, AT))
    assert check_second(TWO, made, second, STAFF, TODAY) == expected


@pytest.mark.parametrize(
    ("code", "made", "expected"),
    [
        (ONE, MADE, found(codes.NO_SECOND_NEEDED, "key")),
        (
            TWO,
            replace(MADE, second=Signature("Anna Lund", AT)),
            found(codes.SECOND_SIGNED_ALREADY, "key", who="Anna Lund"),
        ),
        (
            TWO,
            replace(MADE, revoked=Signature("Anna Lund", AT)),
            found(codes.REVOKED_ALREADY, "key", who="Anna Lund"),
        ),
        (
            TWO,
            replace(MADE, expires=TODAY - timedelta(days=1)),
            found(codes.OVER_ALREADY, "key", expires="2026-11-22"),
        ),
    ],
)
def test_a_second_signature_comes_once_and_in_time(code: Code, made: Override, expected: Finding) -> None:
    assert check_second(code, made, "Ole Bo", STAFF, TODAY) == (expected,)


def test_a_second_signature_may_come_on_the_last_day() -> None:
    assert check_second(TWO, replace(MADE, expires=TODAY), "Ole Bo", STAFF, TODAY) == ()


def test_anybody_of_the_staff_revokes_once_and_says_why() -> None:
    assert check_revocation(MADE, "Ole Bo", REASON, STAFF) == ()
    revoked = replace(MADE, revoked=Signature("Anna Lund", AT))
    assert check_revocation(revoked, "Eva", "nej", STAFF) == (
        found(codes.REASON_MISSING, "reason", least=10),
        found(codes.NOT_ON_STAFF, "who", who="Eva"),
        found(codes.REVOKED_ALREADY, "key", who="Anna Lund"),
    )


def test_a_pharmacist_keeps_the_list_of_staff() -> None:
    assert check_addition("Eva", "Anna Lund", STAFF) == ()
    assert check_removal("Ole Bo", "anna lund", STAFF) == ()
    assert check_addition("Eva", "Ole Bo", STAFF) == (found(codes.NO_PHARMACIST, "who", who="Ole Bo"),)
    assert check_removal("Ole Bo", "Ole Bo", STAFF) == (found(codes.NO_PHARMACIST, "who", who="Ole Bo"),)
    assert check_addition("Eva", "Eva", STAFF) == (found(codes.NOT_ON_STAFF, "who", who="Eva"),)
    assert check_removal("Ole Bo", "", STAFF) == (found(codes.NO_NAME, "who", most=80),)
    assert check_addition("", "Anna Lund", STAFF) == (found(codes.NO_NAME, "name", most=80),)
    assert check_addition("OLE bo", "Anna Lund", STAFF) == (found(codes.ON_STAFF_ALREADY, "name", who="OLE bo"),)
    assert check_removal("Eva", "Anna Lund", STAFF) == (found(codes.NOT_ON_STAFF, "name", who="Eva"),)


def test_while_there_is_no_pharmacist_anybody_with_a_name_begins_the_list() -> None:
    assert check_addition("Kirsten Holm", "Kirsten Holm", ()) == ()
    assert check_addition("Kirsten Holm", "Driften", (OLE,)) == ()
    assert check_removal("Ole Bo", "Driften", (OLE,)) == ()
    assert check_addition("Kirsten Holm", "\n", ()) == (found(codes.NO_NAME, "who", most=80),)


@pytest.mark.parametrize(
    ("who", "staff", "expected"),
    [
        ("Anna Lund", STAFF, ()),
        ("Ole Bo", STAFF, (found(codes.NO_PHARMACIST, "who", who="Ole Bo"),)),
        ("Eva", STAFF, (found(codes.NOT_ON_STAFF, "who", who="Eva"),)),
        ("Eva", (ANNA,), (found(codes.NOT_ON_STAFF, "who", who="Eva"),)),
        ("", (ANNA,), (found(codes.NO_NAME, "who", most=80),)),
        ("Eva", (OLE,), ()),
        ("", (OLE,), ()),
        ("", (), ()),
    ],
)
def test_a_pharmacist_answers_once_the_list_has_one(
    who: str, staff: tuple[Member, ...], expected: tuple[Finding, ...]
) -> None:
    assert check_pharmacist(who, staff) == expected


@pytest.mark.parametrize(
    ("name", "fits"),
    [("A", True), ("x" * 80, True), ("x" * 81, False), ("", False), ("a\nb", False), ("\u202e", False)],
)
def test_a_name_is_short_and_on_one_line(name: str, *, fits: bool) -> None:
    assert is_name(name) is fits


@pytest.mark.parametrize(
    ("reason", "fits"),
    [("abcdefghij", True), ("abcdefghi", False), ("abcdefghi.", False), ("a b c d e f g h i 1", True)],
)
def test_a_reason_has_ten_letters(reason: str, *, fits: bool) -> None:
    assert (check_reason(reason) == ()) is fits


def test_roles_are_of_people() -> None:
    assert [(is_staff(one, STAFF), is_pharmacist(one, STAFF)) for one in ("anna lund", "Ole Bo", "Eva")] == [
        (True, True),
        (True, False),
        (False, False),
    ]


people = st.sampled_from(["Kirsten Holm", "Anna Lund", "Ole Bo", "Eva", ""])
some_codes = st.builds(
    replace, st.just(ONE), severity=st.sampled_from(Severity), overriding=st.sampled_from(Overriding)
)


@given(code=some_codes, first=people, second=people, reason=st.sampled_from([REASON, "ok"]), days=st.integers(-2, 95))
def test_nothing_is_overridden_without_all_that_is_demanded(
    code: Code, first: str, second: str, reason: str, days: int
) -> None:
    if check_override(code, Wish(first, reason, TODAY + timedelta(days=days)), STAFF, TODAY):
        return
    assert may_be_overridden(code)
    assert reason == REASON
    assert 0 <= days <= 92
    assert is_staff(first, STAFF)
    made = replace(MADE, first=Signature(first, AT), expires=TODAY + timedelta(days=days))
    if code.overriding is Overriding.PHARMACIST:
        assert is_pharmacist(first, STAFF)
    elif not check_second(code, made, second, STAFF, TODAY):
        assert first != second
        assert is_staff(second, STAFF)
        assert is_pharmacist(first, STAFF) or is_pharmacist(second, STAFF)
