"""A slot table is refused with every reason at once, in Danish and English."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import ClockTime, PartOfDay, Slot
from dispenser.core.slots import SlotTable
from safety import slot_codes
from safety.findings import Code
from safety.slot_checks import check_signature, check_slots, check_start, same_name
from tests.support.medicine import EVENING, MORNING, NIGHT, NOON
from tests.support.told import told

TIMES = SlotTable().times
PLAIN = SlotTable().plain
TODAY = date(2026, 11, 22)


def codes(
    times: Mapping[PartOfDay, ClockTime] = TIMES, plain: Mapping[int, tuple[Slot, ...]] = PLAIN
) -> list[tuple[str, Code]]:
    return [(finding.subject, finding.code) for finding in check_slots(times, plain)]


def test_the_built_in_table_is_sound() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("count", "slots", "expected"),
    [
        (3, (MORNING, EVENING), [slot_codes.SLOTS_MISCOUNTED]),
        (2, (MORNING, NOON, EVENING), [slot_codes.SLOTS_MISCOUNTED]),
        (2, (MORNING, MORNING), [slot_codes.SLOTS_OUT_OF_ORDER]),
        (2, (EVENING, MORNING), [slot_codes.SLOTS_OUT_OF_ORDER]),
        (2, (MORNING, ClockTime(8, 0)), [slot_codes.SLOTS_OUT_OF_ORDER]),
        (2, (MORNING, ClockTime(8, 1)), []),
        (5, (MORNING, NOON, ClockTime(15, 0), EVENING, NIGHT), []),
        (0, (), [slot_codes.COUNT_IMPOSSIBLE]),
        (-1, (), [slot_codes.COUNT_IMPOSSIBLE]),
        (24, tuple(ClockTime(hour, 0) for hour in range(24)), []),
        (25, tuple(ClockTime(hour, minute) for hour in range(5) for minute in range(5)), [slot_codes.COUNT_IMPOSSIBLE]),
    ],
)
def test_a_table_that_would_lose_or_merge_doses_is_refused(
    count: int, slots: tuple[Slot, ...], expected: list[Code]
) -> None:
    assert codes(plain={**PLAIN, count: slots}) == [(f"plain.{count}", code) for code in expected]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    times = {MORNING: ClockTime(8, 0), NOON: ClockTime(7, 0), NIGHT: ClockTime(7, 0)}
    plain: dict[int, tuple[Slot, ...]] = {1: (), 3: (MORNING, EVENING, NOON), 99: ()}
    assert codes(times, plain) == [
        ("times.evening", slot_codes.TIME_MISSING),
        ("times.noon", slot_codes.TIMES_OUT_OF_ORDER),
        ("times.night", slot_codes.TIMES_OUT_OF_ORDER),
        ("plain.2", slot_codes.COUNT_MISSING),
        ("plain.4", slot_codes.COUNT_MISSING),
        ("plain.1", slot_codes.SLOTS_MISCOUNTED),
        ("plain.99", slot_codes.COUNT_IMPOSSIBLE),
        ("plain.3", slot_codes.SLOTS_OUT_OF_ORDER),
    ]


def test_findings_read_in_danish_and_in_english() -> None:
    (finding,) = check_slots(TIMES, {**PLAIN, 3: (MORNING, EVENING)})
    assert finding.text("da") == "3 doser om dagen har 2 tidspunkter."
    assert finding.text("en") == "3 doses a day have 2 slots."


clocks = st.builds(ClockTime, st.integers(0, 23), st.integers(0, 59))


@given(
    st.dictionaries(st.sampled_from(PartOfDay), clocks),
    st.dictionaries(st.integers(-1, 26), st.lists(clocks | st.sampled_from(PartOfDay), max_size=6).map(tuple)),
)
def test_a_table_without_findings_has_a_slot_of_its_own_for_every_dose(
    times: dict[PartOfDay, ClockTime], plain: dict[int, tuple[Slot, ...]]
) -> None:
    if check_slots(times, plain):
        return
    table = SlotTable("x", "", times, plain)
    assert {1, 2, 3, 4} <= plain.keys()
    for count, slots in plain.items():
        at = [table.clock(slot) for slot in slots]
        assert len(set(at)) == count
        assert at == sorted(at)


@given(st.sets(clocks, min_size=4, max_size=4), st.sets(clocks, min_size=1, max_size=24))
def test_times_in_order_and_slots_in_order_are_never_refused(
    named: set[ClockTime], clock_slots: set[ClockTime]
) -> None:
    times = dict(zip(PartOfDay, sorted(named), strict=True))
    slots = {count: tuple(sorted(clock_slots)[:count]) for count in range(5, len(clock_slots) + 1)}
    assert check_slots(times, {**PLAIN, **slots}) == ()


@pytest.mark.parametrize("who", ["A. Holm", "a. holm", " A.  HOLM "])
def test_nobody_signs_his_own_table(who: str) -> None:
    assert [finding.code for finding in check_signature("A. Holm", who, None, TODAY, TODAY)] == [
        slot_codes.OWN_SIGNATURE
    ]
    assert same_name("A. Holm", who)


def test_a_signature_is_refused_with_every_reason() -> None:
    assert check_signature("A. Holm", "B. Lund", None, TODAY, TODAY) == ()
    late = check_signature("A. Holm", " ", "B. Lund", TODAY - timedelta(days=1), TODAY)
    assert [finding.code for finding in late] == [slot_codes.NO_NAME, slot_codes.SIGNED_ALREADY, slot_codes.TOO_LATE]


def test_a_table_holds_for_no_day_that_is_over() -> None:
    assert check_start(TODAY, TODAY) == ()
    assert [finding.code for finding in check_start(TODAY - timedelta(days=1), TODAY)] == [slot_codes.TOO_LATE]


def test_what_is_wrong_with_a_table_is_told_word_by_word() -> None:
    times = {MORNING: ClockTime(8, 0), NOON: ClockTime(7, 0), NIGHT: ClockTime(7, 0)}
    assert told(check_slots(times, {1: (), 3: (MORNING, EVENING, NOON), 99: ()})) == [
        "DOSE-0504 times.evening slot=evening",
        "DOSE-0505 times.noon earlier=morning before=08:00 later=noon at=07:00",
        "DOSE-0505 times.night earlier=noon before=07:00 later=night at=07:00",
        "DOSE-0506 plain.2 count=2",
        "DOSE-0506 plain.4 count=4",
        "DOSE-0508 plain.1 count=1 slots=0",
        "DOSE-0507 plain.99 count=99 limit=24",
        "DOSE-0509 plain.3 count=3 earlier=morning later=noon",
    ]
    assert told(check_slots(TIMES, {**PLAIN, 2: (ClockTime(20, 0), ClockTime(6, 30))})) == [
        "DOSE-0509 plain.2 count=2 earlier=20:00 later=06:30"
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Åse Sørå", "A\u030ase Sora\u030a".replace("Sora", "Søra")),
        ("Åse", "\u212bse"),
        ("Anna", "An\u200bna"),
        ("Anna Lund", "Anna\u00a0Lund"),
        ("Anna", "\uff21nna"),
        ("Anna", "\ufeffAnna\u00ad"),
        ("STRASSE", "straße"),
    ],
)
def test_the_same_name_is_one_person_however_it_is_put_together(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(("one", "other"), [("Åse", "Ase"), ("Anna Lund", "AnnaLund"), ("Anna", "Anne"), ("Bo", "Bø")])
def test_different_names_are_two_persons(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_why_a_signature_is_refused_is_told_word_by_word() -> None:
    late = check_signature("A. Holm", " ", "B. Lund", TODAY - timedelta(days=1), TODAY)
    assert told(late) == [
        "DOSE-0511 who",
        "DOSE-0514 version who=B. Lund",
        "DOSE-0512 valid_from valid_from=2026-11-21 today=2026-11-22",
    ]
    assert told(check_signature("A. Holm", "a. holm", None, TODAY, TODAY)) == ["DOSE-0513 who who=a. holm"]
    assert not same_name("A. Holm", "A.Holm")
