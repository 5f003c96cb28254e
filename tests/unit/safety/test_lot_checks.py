"""Everybody may stop a lot; only another than who did may let it go, and a recall is for good."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dispenser.core.fills import ANY_GTIN, LotNotice, LotState, lots_of
from safety import fill_codes, lot_codes
from safety.findings import Code
from safety.lot_checks import check_notice

FREE, HELD, GONE = LotState
GTIN = "07046260281004"
NOTICE = LotNotice("L1", GTIN, HELD, "Ida Krogh", "misfarvet", datetime(2026, 11, 22, 8, tzinfo=UTC))


def said(state: LotState, who: str = "Ida Krogh", gtin: str = GTIN) -> LotNotice:
    return replace(NOTICE, state=state, who=who, gtin=gtin)


@pytest.mark.parametrize(
    ("before", "notice"),
    [
        ([], said(HELD)),
        ([], said(GONE)),
        ([said(HELD)], said(GONE)),
        ([said(HELD)], said(HELD)),
        ([said(FREE)], said(HELD)),
        ([said(HELD)], said(FREE, "Bo Juul")),
        ([said(GONE, gtin=ANY_GTIN)], said(HELD)),
        ([said(HELD), said(FREE, "Bo Juul")], said(GONE)),
    ],
)
def test_what_may_be_decided(before: list[LotNotice], notice: LotNotice) -> None:
    assert check_notice(notice, lots_of(before)) == ()


@pytest.mark.parametrize(
    ("before", "notice", "code", "subject", "details"),
    [
        ([], replace(NOTICE, lot=" "), lot_codes.UNKNOWN_LOT, "lot", {"lot": " "}),
        ([], replace(NOTICE, reason=" "), lot_codes.NO_REASON, "L1", {}),
        ([], replace(NOTICE, who=" "), fill_codes.NO_NAME, "who", {}),
        ([said(GONE)], said(HELD), lot_codes.RECALL_STAYS, "L1", {"lot": "L1"}),
        ([said(GONE)], said(GONE), lot_codes.RECALL_STAYS, "L1", {"lot": "L1"}),
        ([said(GONE)], said(FREE, "Bo Juul"), lot_codes.RECALL_STAYS, "L1", {"lot": "L1"}),
        ([], said(FREE), lot_codes.UNKNOWN_LOT, "L1", {"lot": "L1"}),
        ([said(FREE)], said(FREE, "Bo Juul"), lot_codes.UNKNOWN_LOT, "L1", {"lot": "L1"}),
        ([said(HELD, gtin=ANY_GTIN)], said(FREE, "Bo Juul"), lot_codes.UNKNOWN_LOT, "L1", {"lot": "L1"}),
        ([said(HELD)], said(FREE, "ida krogh"), fill_codes.SAME_PERSON, "who", {"who": "ida krogh"}),
    ],
)
def test_what_may_not(
    before: list[LotNotice], notice: LotNotice, code: Code, subject: str, details: dict[str, str]
) -> None:
    (finding,) = check_notice(notice, lots_of(before))
    assert (finding.code, finding.subject, dict(finding.details)) == (code, subject, details)
