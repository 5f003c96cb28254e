"""A slot table as a file is read whole: every problem is named by its place."""

from datetime import date

import pytest

from dispenser.app.slot_file import SlotTableError, read_slot_file
from dispenser.core.dosage import ClockTime, PartOfDay
from tests.support.slot_files import slot_file

TODAY = date(2026, 11, 22)


def test_a_sound_file_is_the_table_it_says() -> None:
    draft = read_slot_file(slot_file(TODAY, group="nord"))
    assert (draft.group_id, draft.valid_from, draft.reason) == ("nord", TODAY, "Aftensmad på plejehjemmene kl. 17.30")
    assert draft.table.times[PartOfDay.EVENING] == ClockTime(17, 30)
    morning, noon, evening, night = PartOfDay
    assert draft.table.plain[5] == (morning, noon, ClockTime(15, 0), evening, night)
    assert read_slot_file(slot_file(TODAY)).group_id is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["valid_from", "reason", "times", "plain"]),
        (slot_file(TODAY).replace("[times]", "[time]"), ["time", "times"]),
        (slot_file(TODAY).replace("22:00", "24:00"), ["times.night"]),
        (slot_file(TODAY).replace('"22:00"', '"night"'), ["times.night"]),
        (slot_file(TODAY).replace('"22:00"', "22:00:00"), ["times.night"]),
        (slot_file(TODAY).replace('"08:00"', '"8:00"'), ["times.morning"]),
        (slot_file(TODAY).replace('"15:00"', '"tea"'), ["plain.5"]),
        (slot_file(TODAY).replace('"15:00"', "15"), ["plain.5"]),
        (slot_file(TODAY).replace('1 = ["morning"]', '1 = "morning"'), ["plain.1"]),
        (slot_file(TODAY, more='one = ["morning"]'), ["plain.one"]),
        (slot_file(TODAY, more='01 = ["noon"]'), ["plain.01"]),
        (slot_file(TODAY, more='9999 = ["noon"]'), ["plain.9999"]),
        (slot_file(TODAY).replace(str(TODAY), f"{TODAY}T12:00:00Z"), ["valid_from"]),
        (slot_file(TODAY).replace(str(TODAY), f'"{TODAY}"'), ["valid_from"]),
        (slot_file(TODAY).replace("reason = ", "group = 7\nreasons = "), ["reasons", "reason", "group"]),
        (slot_file(TODAY).replace('night = "22:00"', ""), ["times.night"]),
        (slot_file(TODAY, evening="11:59", three='["noon"]'), ["times.evening", "plain.3", "plain.4", "plain.5"]),
    ],
)
def test_every_problem_of_a_file_is_named_by_its_place(text: str, expected: list[str]) -> None:
    with pytest.raises(SlotTableError) as caught:
        read_slot_file(text)
    assert list(dict.fromkeys(finding.subject for finding in caught.value.findings)) == expected
    assert all(finding.code.id in str(caught.value) for finding in caught.value.findings)
