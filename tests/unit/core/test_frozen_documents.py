"""What is stored and hashed today must read and hash the same tomorrow, so the texts themselves are fixed here."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from dispenser.core.acute import Acute
from dispenser.core.digest import batch_digest, roll_digest, roll_document, roll_of
from dispenser.core.roll import Period
from tests.support.medicine import MONDAY, batch, clock, daily, dose, ordination, plan, roll

LINE = ordination(daily(dose("0.5"), dose("1", clock("07:30"))), name="l-1", instruction="Før måltid")
PERIOD = Period(MONDAY, MONDAY + timedelta(days=1))
MADE = roll(plan(LINE, revision=3), Period(MONDAY, MONDAY))
DOCUMENT = (
    '{"citizen":"citizen-1","first":"2026-11-23","last":"2026-11-23","pouches":['
    '{"contents":[["l-1","A",4]],"date":"2026-11-23","instruction":"Før måltid",'
    '"number":1,"part":1,"parts":1,"slot":"07:30"},'
    '{"contents":[["l-1","A",2]],"date":"2026-11-23","instruction":"Før måltid",'
    '"number":2,"part":1,"parts":1,"slot":"morning"}],"revision":3,"roll":"0000010001"}'
)
HEAD = (
    '{"batch":"000001","catalogue":"test-1","first":"2026-11-23","group":"group","last":"2026-11-24",'
    '"slots":"default-1"}'
)


def test_a_roll_is_this_text_and_its_hash_is_of_this_text() -> None:
    assert roll_document(MADE) == DOCUMENT
    assert roll_of(DOCUMENT) == MADE
    assert roll_digest(MADE) == sha256(DOCUMENT.encode()).hexdigest()


@pytest.mark.parametrize("why", Acute)
def test_an_acute_roll_says_why_and_an_ordinary_one_says_nothing(why: Acute) -> None:
    acute = replace(MADE, acute=why)
    document = f'{{"acute":"{why.value}",{DOCUMENT[1:]}'
    assert roll_document(acute) == document
    assert roll_of(document) == acute
    assert roll_of(DOCUMENT).acute is None


def test_the_hash_of_a_batch_is_of_its_head_and_rolls_line_by_line() -> None:
    whole = batch(MADE, replace(MADE, plan_revision=4), period=PERIOD)
    other = DOCUMENT.replace('"revision":3', '"revision":4')
    assert batch_digest(whole) == sha256(f"{HEAD}\n{DOCUMENT}\n{other}".encode()).hexdigest()
    assert batch_digest(replace(whole, rolls=whole.rolls[::-1])) != batch_digest(whole)


@pytest.mark.parametrize(
    ("document", "missing"),
    [("{}", "KeyError('roll')"), ("[]", "list indices"), (DOCUMENT.replace("slot", "slop"), "KeyError('slot')")],
)
def test_a_document_that_is_no_roll_is_told_by_what_it_lacks(document: str, missing: str) -> None:
    with pytest.raises(ValueError, match=r"^not a roll document: ") as caught:
        roll_of(document)
    assert missing in str(caught.value)
