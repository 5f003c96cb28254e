"""`dispenser expand` as a stream: answers come while the asker waits, and one line stays one line."""

import json
import os
import select
import threading
from io import BytesIO
from pathlib import Path

import pytest

from dispenser.cli.expand import expand_stream

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "questions.ndjson"


def answers_to(*lines: bytes) -> list[bytes]:
    answers = BytesIO()
    expand_stream(BytesIO(b"\n".join(lines)), answers)
    found = answers.getvalue().split(b"\n")
    assert found.pop() == b""
    return found


def test_a_line_is_answered_before_the_next_one_is_asked() -> None:
    line = EXAMPLES.read_bytes().splitlines(keepends=True)[0]
    asked_from, asked_to = os.pipe()
    answered_from, answered_to = os.pipe()
    with os.fdopen(asked_from, "rb") as asked, os.fdopen(answered_to, "wb") as answers:
        at_work = threading.Thread(target=expand_stream, args=(asked, answers))
        at_work.start()
        try:
            for _ in range(2):
                os.write(asked_to, line)
                assert select.select([answered_from], [], [], 10)[0], "no answer while the asker waits"
                assert json.loads(os.read(answered_from, 1 << 16))["outcome"] == "packed"
        finally:
            os.close(asked_to)
            at_work.join()
            os.close(answered_from)


@pytest.mark.parametrize(
    "text", ["\ud800", "a\udfffb", "\u2028", "\x85", "\x00", "\x1e", "\x0b", "\ufeff", "\U0001f48a", "æ"]
)
def test_any_text_comes_back_as_it_was_on_one_line(text: str) -> None:
    asked = {"id": text, "format": text, "dosage": {text: text}, "from": text, "to": text}
    (found,) = answers_to(json.dumps(asked).encode())
    assert json.loads(found)["id"] == text
    assert len(found.decode().splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "asked_as"),
    [
        (b'{"id": "a b", "format": ', "a b"),
        (b' { "id" : -7, "dosage": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", -7),
        (b'{"id": "\\u00e6\\"", "dosage": "\xff"}', 'æ"'),
        (b'{"id": "a", "dosage": "' + b"y" * 1_500_000 + b'"}', "a"),
        (b'\xef\xbb\xbf{"id": 3, "format": "fhir"}', 3),
        (b'{"id": 12345678901234567890, "format": ', None),
        (b'{"id": "a\\q", "format": ', None),
        (b'{"id": 1.5, "format": ', None),
        (b'{"id": "a', None),
        (b'{"dosage": {"id": 3}, "format": ', None),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_by_its_id_when_that_comes_first(line: bytes, asked_as: object) -> None:
    (found,) = answers_to(line)
    assert (json.loads(found)["id"], json.loads(found)["outcome"]) == (asked_as, "refused")
