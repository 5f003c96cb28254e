"""Labels are read line by line; whatever is not understood makes a label unreadable, and is named."""

from collections.abc import Sequence
from datetime import date

import pytest

from dispenser.core.dosage import ClockTime, PartOfDay
from safety.label_reader import (
    LabelUnreadableError,
    ReadAmount,
    ReadHeader,
    ReadPouch,
    ReadTime,
    read_header,
    read_pouch,
    spaced,
)

POUCH = (
    "Åse Bjørnæs-Østergård",
    "CPR 010203-1234",
    "Søndag 29.11.2026 Morgen kl. 08:00",
    "2 timer før mad",
    "1 tablet Metoprolol 50 mg",
    "0,5 tablet Furosemid 40 mg",
    "12,75 tabletter Bendroflum. K 1,25 mg",
    "I alt 14,25 stk.",
    "Del 1 af 2",
    "nr. 12 af 56, rulle 0000420007",
    "Testapoteket, Nord, pakket 20.11.2026",
)
HEADER = (
    "Åse Bjørnæs-Østergård",
    "CPR 010203-1234",
    "Periode 23.11.2026 - 06.12.2026",
    "Morgen kl. 08:00, kl. 06:05",
    "Akut supplerende pakning for tilføjet medicinering",
    "Supplerer rulle 0000400007 og 0000410007",
    "Metoprolol 50 mg, tabletter: hvid",
    "Furosemid 40 mg; Donepezil 10 mg",
    "I alt 56 poser, rulle 0000420007",
    "Må ikke bruges efter 06.12.2026",
    "Testapoteket, tlf. 70 10 20 30",
    "Pakket 20.11.2026",
)
PLAIN = (*POUCH[:3], *POUCH[4:8], *POUCH[9:])
"""No instruction, no parts."""


def test_everything_on_a_pouch_is_read() -> None:
    assert read_pouch(POUCH, "2 timer før  mad") == ReadPouch(
        name="Åse Bjørnæs-Østergård",
        civil_number="010203-1234",
        day=date(2026, 11, 29),
        time=ReadTime(PartOfDay.MORNING, ClockTime(8, 0)),
        instruction="2 timer før  mad",
        medicines=(
            ReadAmount(4, "tablet Metoprolol 50 mg"),
            ReadAmount(2, "tablet Furosemid 40 mg"),
            ReadAmount(51, "tabletter Bendroflum. K 1,25 mg"),
        ),
        total=57,
        part=1,
        parts=2,
        number=12,
        pouches=56,
        roll="0000420007",
        pharmacy="Testapoteket, Nord",
        packed_on=date(2026, 11, 20),
    )


def test_what_is_not_on_a_pouch_is_none_of_it() -> None:
    read = read_pouch(PLAIN, "mod hjertet")
    assert (read.instruction, read.part, read.parts) == ("", 1, 1)
    assert [medicine.quarters for medicine in read.medicines] == [4, 2, 51]


def test_another_instruction_is_no_medicine() -> None:
    with pytest.raises(LabelUnreadableError) as caught:
        read_pouch((*POUCH[:3], "mod hjertet", *POUCH[4:]), "2 timer før mad")
    assert caught.value.line == "mod hjertet"
    assert "mod hjertet" in str(caught.value)


def test_an_instruction_that_nobody_ordered_is_read_as_a_medicine() -> None:
    assert read_pouch(POUCH, "").medicines[0] == ReadAmount(8, "timer før mad")


@pytest.mark.parametrize(
    ("text", "slot", "clock"),
    [
        ("Middag kl. 12:00", PartOfDay.NOON, ClockTime(12, 0)),
        ("Aften kl. 18:30", PartOfDay.EVENING, ClockTime(18, 30)),
        ("Nat kl. 22:00", PartOfDay.NIGHT, ClockTime(22, 0)),
        ("kl. 06:05", ClockTime(6, 5), ClockTime(6, 5)),
    ],
)
def test_every_time_is_read(text: str, slot: PartOfDay | ClockTime, clock: ClockTime) -> None:
    read = read_pouch((*PLAIN[:2], f"Mandag 30.11.2026 {text}", *PLAIN[3:]), "")
    assert (read.day, read.time) == (date(2026, 11, 30), ReadTime(slot, clock))


@pytest.mark.parametrize(
    ("day", "weekday"),
    [(23, "Mandag"), (24, "Tirsdag"), (25, "Onsdag"), (26, "Torsdag"), (27, "Fredag"), (28, "Lørdag"), (29, "Søndag")],
)
def test_the_weekday_must_be_the_dates(day: int, weekday: str) -> None:
    line = f"{weekday} {day}.11.2026 kl. 08:00"
    assert read_pouch((*PLAIN[:2], line, *PLAIN[3:]), "").day.day == day
    other = f"{weekday} {day + 1}.11.2026 kl. 08:00"
    with pytest.raises(LabelUnreadableError) as caught:
        read_pouch((*PLAIN[:2], other, *PLAIN[3:]), "")
    assert caught.value.line == other


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (0, " "),
        (1, "010203-1234"),
        (1, "CPR "),
        (2, "Søndag 29.11.2026"),
        (2, "Sunday 29.11.2026 kl. 08:00"),
        (2, "Søndag 29.13.2026 kl. 08:00"),
        (2, "Søndag 29.11.2026 kl. 24:00"),
        (2, "Søndag 29.11.2026 Formiddag kl. 10:00"),
        (2, "Søndag 29.11.2026 Morgen 08:00"),
        (3, "tablet Metoprolol 50 mg"),
        (3, "1,3 tablet Metoprolol 50 mg"),
        (3, "01 tablet Metoprolol 50 mg"),
        (3, "-1 tablet Metoprolol 50 mg"),
        (3, "1  "),
        (6, "I alt 14,25"),
        (6, "Total 14,25 stk."),
        (7, "nr. 12, rulle 0000420007"),
        (7, "nr. 12 af 56"),
        (8, "Testapoteket"),
        (8, "Testapoteket, pakket 31.02.2026"),
    ],
)
def test_what_is_not_understood_is_named(place: int, line: str) -> None:
    lines = [*PLAIN[:place], line, *PLAIN[place + 1 :]]
    with pytest.raises(LabelUnreadableError) as caught:
        read_pouch(lines, "")
    assert caught.value.line == line


def test_too_few_lines_are_no_label() -> None:
    short = (*PLAIN[:3], *PLAIN[6:])
    assert len(short) == 6
    assert read_pouch(short, "").medicines == ()
    with pytest.raises(LabelUnreadableError) as caught:
        read_pouch(short[1:], "")
    assert caught.value.line == " / ".join(short[1:])
    bare = HEADER[:4] + HEADER[8:]
    assert read_header(bare).medicines == ()
    with pytest.raises(LabelUnreadableError) as caught:
        read_header(bare[1:])
    assert caught.value.line == " / ".join(bare[1:])


def test_everything_on_a_header_is_read() -> None:
    assert read_header(HEADER) == ReadHeader(
        name="Åse Bjørnæs-Østergård",
        civil_number="010203-1234",
        first=date(2026, 11, 23),
        last=date(2026, 12, 6),
        times=(ReadTime(PartOfDay.MORNING, ClockTime(8, 0)), ReadTime(ClockTime(6, 5), ClockTime(6, 5))),
        acute="Akut supplerende pakning for tilføjet medicinering",
        related="Supplerer rulle 0000400007 og 0000410007",
        medicines=("Metoprolol 50 mg, tabletter: hvid", "Furosemid 40 mg; Donepezil 10 mg"),
        pouches=56,
        roll="0000420007",
        use_by=date(2026, 12, 6),
        pharmacy="Testapoteket",
        phone="70 10 20 30",
        packed_on=date(2026, 11, 20),
    )


@pytest.mark.parametrize(
    "related",
    [
        "Erstatter rulle 0000410007",
        "Erstatter 1 pose i rulle 0000400007 og rulle 0000410007",
        "Erstatter poser i 3 andre ruller",
        "Supplerer 3 andre ruller",
    ],
)
def test_every_sentence_about_other_rolls_is_one(related: str) -> None:
    assert read_header((*HEADER[:5], related, *HEADER[6:])).related == related
    assert read_header((*HEADER[:4], related, *HEADER[6:])).acute == ""
    plain = read_header((*HEADER[:4], *HEADER[6:]))
    assert (plain.acute, plain.related, len(plain.medicines)) == ("", "", 2)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (0, ""),
        (1, "CPR"),
        (2, "Periode 23.11.2026"),
        (2, "Periode 23.11.2026 - 31.11.2026"),
        (2, "Periode 31.11.2026 - 06.12.2026"),
        (3, "Morgen kl. 08:00,kl. 06:05"),
        (6, " "),
        (8, "I alt 56 poser"),
        (9, "Må ikke bruges efter 6.12.2026"),
        (9, "Må ikke bruges efter 40.12.2026"),
        (10, "Testapoteket 70 10 20 30"),
        (11, "Pakket"),
        (11, "Pakket 20.00.2026"),
    ],
)
def test_what_is_not_understood_on_a_header_is_named(place: int, line: str) -> None:
    lines: Sequence[str] = (*HEADER[:place], line, *HEADER[place + 1 :])
    with pytest.raises(LabelUnreadableError) as caught:
        read_header(lines)
    assert caught.value.line == line


def test_texts_that_people_read_as_the_same_are_the_same() -> None:
    assert spaced("  A\u030ase   Sørensen ") == "Åse Sørensen"
