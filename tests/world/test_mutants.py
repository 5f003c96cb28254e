"""The oracle finds every seeded bug of the protocol, and finds nothing where there is none."""

from typing import Final

import pytest

from tests.world.courses import Course, blackout, changed, crash, cut, overtaken, power_cut, quiet, restored
from tests.world.mutants import MUTANTS, mutated
from tests.world.runs import run
from tests.world.template import Size

SIZE: Final = Size(per_minute=60)
"""A pouch a second: room for misfortunes between two."""
PATIENCE: Final = 40.0
COURSES: Final[dict[str, Course]] = {
    "quiet": quiet,
    "blackout": blackout,
    "between two drops": power_cut(0, 24),
    "reply lost": cut(0, 5.8),
    "overtaken": overtaken(5.0, 6.0),
    "controller dies": crash("controller", 700),
    "link lost": cut(0, 6.0),
    "revoked": changed(1),
    "stopped late": changed(4),
    "restored": restored(4.5, 8.0),
}
FOUND_BY: Final = {
    "no_tombstone": ("blackout", "S7"),
    "power_loss_is_packed": ("between two drops", "I4"),
    "resent_write": ("reply lost", "never resend"),
    "unknown_is_packed": ("between two drops", "L1"),
    "no_database_fence": ("overtaken", "S6"),
    "no_machine_fence": ("overtaken", ""),
    "journal_gap_ignored": ("quiet", "S8"),
    "film_reused": ("between two drops", "S3"),
    "acknowledged_before_commit": ("controller dies", ""),
    "void_roll_goes_on": ("revoked", "S10"),
    "order_number_reused": ("quiet", ""),
    "older_record_accepted": ("restored", "S1"),
    "never_loaded": ("link lost", ""),
    "missing_forgotten": ("between two drops", "L1"),
    "discards_forgotten": ("stopped late", "S2"),
    "change_unheard": ("revoked", "S2"),
    "visible_before_kept": ("between two drops", "S8"),
    "swapped_labels": ("quiet", ""),
}
"""The course that shows each bug, and the rule that it breaks; none named where it breaks several."""


def test_every_bug_has_a_course() -> None:
    assert FOUND_BY.keys() == MUTANTS.keys()


@pytest.mark.parametrize("name", FOUND_BY)
def test_a_seeded_bug_is_found(name: str) -> None:
    course, rule = FOUND_BY[name]
    with mutated(name):
        found = run(1, SIZE, COURSES[course], PATIENCE).violations
    assert any(text.startswith(rule) for text in found), found


@pytest.mark.parametrize("course", ["blackout", "overtaken", "reply lost", "restored"])
def test_the_product_itself_breaks_no_rule(course: str) -> None:
    assert run(1, SIZE, COURSES[course], PATIENCE).violations == []
