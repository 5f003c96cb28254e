"""Who may propose and sign a rule pack, and when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from safety import override_codes
from safety.findings import Finding, Severity, found
from safety.override_checks import Member, Role
from safety.rule_signing import (
    NO_NAME,
    OWN_SIGNATURE,
    PACK_OVER,
    SIGNED_ALREADY,
    SIGNING_CODES,
    VERSION_TAKEN,
    check_proposal,
    check_rule_signature,
)
from safety.rulepack_file import read_rule_pack
from tests.support.rule_files import pack_file

TODAY = date(2026, 11, 22)
PACK = read_rule_pack(pack_file("3", author="C. Juhl"))


def until(day: date) -> tuple[object, ...]:
    return check_proposal(replace(PACK, valid_to=day), "A. Holm", None, TODAY)


def test_a_sound_proposal_has_nothing_against_it() -> None:
    assert check_proposal(PACK, "A. Holm", None, TODAY) == ()
    assert check_proposal(PACK, "C. Juhl", None, TODAY) == ()


def test_a_proposal_needs_a_name_and_a_version_of_its_own() -> None:
    assert check_proposal(PACK, "  ", "rules-4", TODAY) == (
        found(NO_NAME, "who"),
        found(VERSION_TAKEN, "version", version="3", pack="apotek", name="rules-4"),
    )


def test_a_pack_holds_up_to_and_with_its_last_day() -> None:
    assert until(TODAY) == ()
    yesterday = TODAY - timedelta(days=1)
    assert until(yesterday) == (found(PACK_OVER, "valid_to", valid_to=yesterday, today=TODAY),)


def test_another_may_sign() -> None:
    assert check_rule_signature(PACK, "A. Holm", "B. Lund", None, TODAY) == ()


@pytest.mark.parametrize("who", ["A. Holm", "a.  holm", "C. Juhl", "c. juhl "])
def test_neither_who_proposed_nor_who_made_it_may_sign(who: str) -> None:
    assert check_rule_signature(PACK, "A. Holm", who, None, TODAY) == (found(OWN_SIGNATURE, "who", who=who),)


def test_while_there_are_pharmacists_on_the_list_one_of_them_signs() -> None:
    staff = (Member("B. Lund", Role.PHARMACIST), Member("D. Bo", Role.TECHNICIAN))

    def against(who: str) -> tuple[Finding, ...]:
        return check_rule_signature(PACK, "A. Holm", who, None, TODAY, staff)

    assert against("b.  lund") == ()
    assert against("D. Bo") == (found(override_codes.NO_PHARMACIST, "who", who="D. Bo"),)
    assert against("E. Ny") == (found(override_codes.NOT_ON_STAFF, "who", who="E. Ny"),)
    assert check_rule_signature(PACK, "A. Holm", "E. Ny", None, TODAY, staff[1:]) == ()


def test_everything_that_is_wrong_with_a_signature_is_told() -> None:
    over = replace(PACK, valid_to=TODAY - timedelta(days=9))
    assert check_rule_signature(over, "A. Holm", "", "B. Lund", TODAY) == (
        found(NO_NAME, "who"),
        found(PACK_OVER, "valid_to", valid_to=over.valid_to, today=TODAY),
        found(SIGNED_ALREADY, "name", who="B. Lund"),
    )


def test_every_one_of_them_refuses() -> None:
    assert [(code.id, code.severity) for code in SIGNING_CODES] == [
        (f"DOSE-085{number}", Severity.REFUSE) for number in range(1, 6)
    ]
