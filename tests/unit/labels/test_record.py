import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from PIL.Image import Image

from dispenser.core.ids import BatchId, GroupId, MachineId, RollId
from dispenser.core.roll import Period
from labels.errors import GlyphError
from labels.pdf import print_record
from labels.record import MachineRow, RecordContent, RollRow, Signature

Render = Callable[[bytes, int], Iterator[tuple[Image, str]]]


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def record(rolls: int = 3, findings: tuple[str, ...] = (), signatures: tuple[Signature, ...] = ()) -> RecordContent:
    return RecordContent(
        batch_id=BatchId("000042"),
        group_id=GroupId("Nørrevang"),
        period=Period(date(2026, 11, 23), date(2026, 12, 6)),
        state="pakket",
        catalogue_version="demo-1",
        slot_version="default-1",
        digest=digest_of("batch"),
        machines=(MachineRow(MachineId("m1"), "Simuleret pakker", rolls, rolls * 56, 2),),
        rolls=tuple(
            RollRow(RollId(f"000042{number:04d}"), MachineId("m1"), 3, 56, 56, 1, (7, 9), digest_of(str(number)))
            for number in range(rolls)
        ),
        findings=findings,
        signatures=signatures,
    )


def text_of(pdf: bytes, render: Render) -> str:
    return "\n".join(text for _picture, text in render(pdf, 72))


def test_a_record_names_batch_counts_digest_machines_and_rolls(render: Render) -> None:
    content = record(
        findings=("DOSE-0412: afvigelse på pose 3",),
        signatures=(Signature("Frigivet", "farmaceut Æ", "20.11.2026 14:05"),),
    )
    text = re.sub(r"\s+", "", text_of(print_record(content), render))
    for expected in (
        "Batchjournal000042",
        "Nørrevang",
        "23.11.2026-06.12.2026",
        "Poser168",
        content.digest,
        "Simuleretpakker",
        *(row.roll_id for row in content.rolls),
        *(row.digest for row in content.rolls),
        "7,9",
        "DOSE-0412:afvigelsepåpose3",
        "farmaceutÆ",
        "20.11.202614:05",
    ):
        assert expected in text


def test_a_large_batch_goes_on_over_pages(render: Render) -> None:
    pdf = print_record(record(rolls=120))
    pages = list(render(pdf, 72))
    assert len(pages) > 3
    text = "\n".join(text for _picture, text in pages)
    assert all(f"000042{number:04d}" in text for number in range(120))


def test_an_empty_record_says_so(render: Render) -> None:
    text = text_of(print_record(record(rolls=0)), render)
    assert text.count("Ingen") == 2


def test_the_same_record_gives_the_same_bytes() -> None:
    assert print_record(record()) == print_record(record())


def test_what_the_font_lacks_in_words_of_people_is_spelled_out(render: Render) -> None:
    content = record(
        findings=("aftalt \u0645 \U0001f600",), signatures=(Signature("Frigivet", "\u0645ia", "20.11.2026"),)
    )
    text = text_of(print_record(content), render)
    for expected in ("aftalt [U+0645] [U+1F600]", "[U+0645]ia"):
        assert expected in text


@pytest.mark.parametrize("letter", ["1", "W1", "x"])
def test_no_word_of_people_is_too_wide_for_a_record(letter: str, render: Render) -> None:
    word = letter * (500 // len(letter))
    content = record(findings=(word,), signatures=(Signature("Frigivet", word[:80], "20.11.2026"),))
    assert re.sub(r"\s+", "", text_of(print_record(content), render)).count(letter) >= 500 // len(letter)


def test_a_name_the_font_cannot_print_is_refused() -> None:
    with pytest.raises(GlyphError):
        print_record(replace(record(), state="\u0645"))
