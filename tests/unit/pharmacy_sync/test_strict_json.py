"""Reading JSON takes work in proportion to its length, whatever is in it."""

import resource
import subprocess
import sys

from pharmacy_sync.strict_json import parse

CPU_SECONDS = 20
"""A limit on work that is not linear: that took minutes, and what is linear takes a second on any machine."""
QUESTION = """
import json
from pharmacy_sync.strict_json import parse, repeated_names
names = [f"n{number}" for number in range(60_000)] + ["n1", "n2", "n2"]
found = parse(("{" + ",".join(f'"{name}":0' for name in names) + "}").encode())
print(*repeated_names(found))
"""


def test_many_names_of_which_one_stands_twice_are_read_in_linear_work() -> None:
    ended = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", QUESTION],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS)),
    )
    assert (ended.returncode, ended.stdout) == (0, "n1 n2\n")


def test_a_number_that_is_not_taken_reads_the_same_inside_a_list() -> None:
    assert str(parse(b'{"a": [1e5]}')["a"]) == "[1e5]"
