"""`dispenser expand`: what dosages give, date by date, one line of JSON for each line of JSON."""

import sys
from collections.abc import Iterator
from typing import BinaryIO

from dispenser.app.questions import answer_line
from pharmacy_sync.strict_json import LARGEST_MESSAGE


def expand_stream(asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer every line of `asked` on `answers`, in order and at once; an empty line is a bad one."""
    for line in _lines(asked):
        answers.write(answer_line(line).encode() + b"\n")
        # Who asks over a pipe may wait for this answer before asking on.
        answers.flush()


def expand_standard_streams() -> None:
    """Answer standard input on standard output."""
    expand_stream(sys.stdin.buffer, sys.stdout.buffer)


def _lines(asked: BinaryIO) -> Iterator[bytes]:
    """Return the lines; of one that is too long only so much that it is known to be, whatever its length."""
    while line := asked.readline(LARGEST_MESSAGE + 2):
        yield line.rstrip(b"\r\n")
        while not line.endswith(b"\n"):
            line = asked.readline(LARGEST_MESSAGE)
            if not line:
                return
