"""Canonical roll documents and the hash of a batch."""

from dataclasses import replace

import pytest

from dispenser.core.digest import batch_digest, roll_digest, roll_document, roll_of
from tests.support.medicine import batch, clock, daily, dose, ordination, plan, roll

MADE = roll(plan(ordination(daily(dose("0.5"), dose("1", clock("07:30"))), instruction="Før måltid")))


def test_document_reads_back() -> None:
    assert roll_of(roll_document(MADE)) == MADE
    assert "Før måltid" in roll_document(MADE)
    assert "\n" not in roll_document(MADE)


@pytest.mark.parametrize(
    "document",
    ["", "[]", "{}", '{"roll": "1"}', roll_document(MADE).replace('"07:30"', '"07:61"'), "7"],
)
def test_anything_else_is_refused(document: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any message will do
        roll_of(document)


def test_any_change_changes_the_digest() -> None:
    one = batch(MADE)
    other_pouch = replace(MADE.pouches[0], instruction="")
    changed = [
        one,
        replace(one, catalogue_version="2"),
        replace(one, slot_version="2"),
        replace(one, rolls=(replace(MADE, plan_revision=2),)),
        replace(one, rolls=(replace(MADE, pouches=(other_pouch, *MADE.pouches[1:])),)),
        replace(one, rolls=()),
    ]
    digests = {batch_digest(each) for each in changed}
    assert len(digests) == len(changed)
    assert all(len(digest) == 64 for digest in digests)
    assert batch_digest(batch(MADE)) == batch_digest(one)
    assert len(roll_digest(MADE)) == 64
