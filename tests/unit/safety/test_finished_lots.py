"""What the proof of a packed batch says of the lots in its pouches: stopped since, or not known at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dispenser.core.batch import BatchState
from dispenser.core.fills import ANY_GTIN, LotName, LotNotice, Lots, LotState, lots_of
from dispenser.core.ids import ProductId
from dispenser.core.moment import Moment
from dispenser.core.roll import Period
from safety.findings import Severity
from safety.finished import FinishedRoll, HeldLot
from safety.finished_checks import Signing, check_closing, check_finished
from tests.support.finished import finished, finished_roll
from tests.support.medicine import MONDAY, MORNING, SLOTS, catalogue, daily, dose, ordination, plan, roll
from tests.support.told import told

PLAN = plan(ordination(daily(dose("1")), "A"), ordination(daily(dose("2")), "D"))
ROLL = roll(PLAN, Period(MONDAY, MONDAY + timedelta(days=2)))
GOOD = finished_roll(PLAN, ROLL, catalogue())
SIGNED = Signing("B. Lund", "C. Krog", "Lægen er spurgt i dag")


def notice(state: LotState, lot: str = "L1", gtin: str = "gtin-A") -> LotNotice:
    return LotNotice(lot, gtin, state, "A. Holm", "Misfarvet", datetime(2026, 11, 20, tzinfo=UTC))


def findings(one: FinishedRoll, *notices: LotNotice) -> list[str]:
    return told(check_finished(finished(one, notices=lots_of(notices))).findings)


def with_lots(*lots: HeldLot) -> FinishedRoll:
    return replace(GOOD, lots=lots)


def test_lots_that_may_be_used_are_not_told() -> None:
    assert findings(GOOD) == []
    assert findings(GOOD, notice(LotState.QUARANTINED), notice(LotState.FREE)) == []
    assert findings(GOOD, notice(LotState.RECALLED, "L2"), notice(LotState.RECALLED, gtin="gtin-B")) == []


@pytest.mark.parametrize("gtin", ["gtin-A", ANY_GTIN])
def test_a_lot_in_quarantine_holds_and_one_recalled_refuses(gtin: str) -> None:
    told_of = ["gtin-A"] if gtin else ["gtin-A", "gtin-D"]
    for state, code in ((LotState.QUARANTINED, "0280"), (LotState.RECALLED, "0281")):
        assert findings(GOOD, notice(state, gtin=gtin)) == [
            f"DOSE-{code} {ROLL.roll_id} pouches=1, 2, 3 lot=L1 gtin={name}" for name in told_of
        ]


def test_only_pouches_that_may_hold_it_are_named_each_once() -> None:
    other = replace(GOOD.lots[0], name=LotName("gtin-A", "L2"))
    mixed = with_lots(other, replace(other, product_id=ProductId("D")), *GOOD.lots)
    assert findings(mixed, notice(LotState.RECALLED, "L2")) == [
        f"DOSE-0281 {ROLL.roll_id} pouches=1 lot=L2 gtin=gtin-A"
    ]
    both = findings(mixed, notice(LotState.QUARANTINED, "L2"), notice(LotState.RECALLED))
    assert both == [
        f"DOSE-0280 {ROLL.roll_id} pouches=1 lot=L2 gtin=gtin-A",
        f"DOSE-0281 {ROLL.roll_id} pouches=1, 2, 3 lot=L1 gtin=gtin-A",
    ]


def test_a_discarded_pouch_may_hold_what_it_will() -> None:
    gone = replace(GOOD, discarded={1: "lot recalled", 3: "lot recalled"}, lots=GOOD.lots[2:])
    lots = [one for one in findings(gone, notice(LotState.RECALLED)) if one.startswith("DOSE-028")]
    assert lots == [f"DOSE-0281 {ROLL.roll_id} pouches=2 lot=L1 gtin=gtin-A"]
    void = replace(gone, void="moved", discarded={0: "moved", 1: "moved", 2: "moved", 3: "moved"})
    assert findings(void, notice(LotState.RECALLED)) == [f"DOSE-0266 {ROLL.roll_id} pouches=0, 1, 2, 3 why=moved"]


def test_pouches_whose_lots_nobody_knows_are_held() -> None:
    unknown = f"DOSE-0282 {ROLL.roll_id} pouches="
    assert findings(with_lots()) == [unknown + "1, 2, 3"]
    assert findings(with_lots(*GOOD.lots[1:])) == [unknown + "1"]
    nameless = replace(GOOD.lots[0], name=None)
    assert findings(with_lots(nameless, *GOOD.lots[1:])) == [unknown + "1"]
    # One fill of the product is known, the other is not.
    assert findings(with_lots(nameless, *GOOD.lots)) == [unknown + "1"]


def test_two_persons_close_what_is_held_and_nobody_what_is_recalled() -> None:
    quarantined = check_finished(finished(GOOD, notices=lots_of([notice(LotState.QUARANTINED)])))
    unknown = check_finished(finished(with_lots(), notices=Lots()))
    for proof, code in ((quarantined, "DOSE-0280"), (unknown, "DOSE-0282")):
        assert not proof.rolls[0].proven
        assert check_closing(proof, BatchState.PACKED, SIGNED) == ()
        alone = check_closing(proof, BatchState.PACKED, Signing("B. Lund"))
        assert [(one.code.id, dict(one.details)["codes"]) for one in alone] == [("DOSE-0277", code)]
        texts = [text for one in proof.findings for text in (one.text("da"), one.text("en"), one.fix("da"))]
        assert all("{" not in text for text in texts)
    recalled = check_finished(finished(GOOD, notices=lots_of([notice(LotState.RECALLED)])))
    assert [one.code.id for one in check_closing(recalled, BatchState.PACKED, SIGNED)] == ["DOSE-0281"]


def test_what_was_to_be_taken_before_the_recall_is_asked_after_and_the_rest_refused() -> None:
    second_day = Moment(MONDAY + timedelta(days=1), SLOTS.clock(MORNING))
    batch = finished(GOOD, now=second_day, notices=lots_of([notice(LotState.RECALLED)]))
    proof = check_finished(batch)
    assert told(proof.findings) == [
        f"DOSE-0283 {ROLL.roll_id} pouches=1 lot=L1 gtin=gtin-A",
        f"DOSE-0281 {ROLL.roll_id} pouches=2, 3 lot=L1 gtin=gtin-A",
    ]
    assert [one.code.severity for one in proof.findings] == [Severity.HOLD, Severity.REFUSE]
    over = finished(GOOD, now=Moment(MONDAY + timedelta(days=9), SLOTS.clock(MORNING)), notices=batch.notices)
    assert told(check_finished(over).findings) == [f"DOSE-0283 {ROLL.roll_id} pouches=1, 2, 3 lot=L1 gtin=gtin-A"]
    assert check_closing(check_finished(over), BatchState.PACKED, SIGNED) == ()
