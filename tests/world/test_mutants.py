"""The oracle finds every seeded bug of the protocol, and finds nothing where there is none."""

from dataclasses import replace
from typing import Final

import pytest

from tests.world.courses import (
    Course,
    blackout,
    changed,
    crash,
    cut,
    overtaken,
    power_cut,
    quiet,
    restored,
    restored_beside_one_off,
)
from tests.world.mutants import MUTANTS, mutated
from tests.world.runs import run
from tests.world.template import Size

SIZE: Final = Size(per_minute=60)
"""A pouch a second: room for misfortunes between two."""
SLOW: Final = {"revoked": replace(SIZE, per_minute=30)}
"""Where a pouch must still be to come when the time is over in which a machine has to stop."""
PATIENCE: Final = 40.0
COURSES: Final[dict[str, tuple[Course, ...]]] = {
    "quiet": (quiet,),
    "blackout": (blackout,),
    "between two drops": tuple(power_cut(0, line) for line in (24, 29, 34, 39)),
    "reply lost": tuple(cut(0, tenth / 10) for tenth in (58, 56, 60, 52, 54, 62, 64, 66)),
    "overtaken": (overtaken(5.0, 6.0), overtaken(6.0, 6.0)),
    "controller dies": tuple(crash("controller", effect) for effect in (700, 500, 900)),
    "link lost": (cut(0, 6.0), cut(0, 7.0)),
    "revoked": (changed(1), changed(2), changed(3)),
    "stopped late": (changed(4),),
    "restored": (restored(4.5, 8.0), restored(5.5, 9.0)),
    "restored beside one off": (restored_beside_one_off(30.0),),
}
"""One kind of misfortune each, at moments of which one fits; they move when product or simulator get faster."""
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
    "witness_unheard": ("restored beside one off", "S1"),
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
    kind, rule = FOUND_BY[name]
    for course in COURSES[kind]:
        with mutated(name):
            found = run(1, SLOW.get(kind, SIZE), course, PATIENCE).violations
        if any(text.startswith(rule) for text in found):
            return
    pytest.fail(f"{name} is not found")


@pytest.mark.parametrize("kind", ["blackout", "overtaken", "reply lost", "restored"])
def test_the_product_itself_breaks_no_rule(kind: str) -> None:
    assert run(1, SIZE, COURSES[kind][0], PATIENCE).violations == []
