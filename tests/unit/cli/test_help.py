"""Help is there at once, and every command shows an example."""

import re
import subprocess
import sys

import pytest

from tests.support.cli import Command

HEAVY = ("sqlalchemy", "sqlmodel", "asyncua", "reportlab", "fastapi", "uvicorn", "serialx", "apscheduler")
GROUPS = {
    "alert": ["list", "override", "second", "revoke", "statistics"],
    "batch": ["plan", "release", "verify", "close", "show", "missing", "list"],
    "citizen": [
        "hold",
        "admit",
        "leave",
        "resume",
        "confirm",
        "lost",
        "list",
        "discards",
        "allergy",
        "tolerates",
        "allergies",
    ],
    "lot": ["list", "quarantine", "clear", "recall"],
    "refill": ["register", "hand", "gtin", "close", "list"],
    "trace": ["lot", "pouch"],
    "rulepack": ["check", "propose", "diff", "sign", "rejudge", "list", "show"],
    "machine": ["list", "drivers", "check", "certificate", "trust", "identity", "readmit"],
    "period": ["open", "list", "stagger"],
    "safety": ["report", "site", "confirm-clock", "selftest"],
    "slots": ["list", "show", "propose", "sign"],
    "staff": ["list", "add", "end"],
    "config": ["check"],
}
ALONE = ["serve", "migrate", "push", "labels", "demo", "expand"]
COMMANDS = [[name] for name in ALONE] + [[group, name] for group, names in GROUPS.items() for name in names]
READERS = [
    ["alert", "list"],
    ["alert", "statistics"],
    ["staff", "list"],
    ["machine", "list"],
    ["machine", "drivers"],
    ["machine", "check"],
    ["batch", "show"],
    ["batch", "list"],
    ["batch", "missing"],
    ["config", "check"],
    ["period", "list"],
    ["citizen", "list"],
    ["citizen", "discards"],
    ["period", "stagger"],
    ["slots", "list"],
    ["slots", "show"],
    ["citizen", "allergies"],
    ["rulepack", "diff"],
    ["rulepack", "list"],
    ["rulepack", "show"],
    ["batch", "verify"],
    ["lot", "list"],
    ["refill", "list"],
    ["trace", "lot"],
    ["trace", "pouch"],
]
WRITERS_THAT_ANSWER = [
    *(["alert", name] for name in ("override", "second", "revoke")),
    ["staff", "add"],
    ["staff", "end"],
    ["push"],
    ["batch", "plan"],
    ["batch", "release"],
    ["batch", "close"],
    *(["lot", name] for name in ("quarantine", "recall")),
    *(["refill", name] for name in ("register", "hand", "gtin", "close")),
    ["period", "open"],
    *(["citizen", name] for name in ("hold", "admit", "leave", "resume", "confirm", "lost", "allergy", "tolerates")),
    *(["rulepack", name] for name in ("check", "propose", "sign", "rejudge")),
    ["slots", "propose"],
    ["slots", "sign"],
]
IMPORTED = """
import sys
from dispenser.cli import run
sys.argv = ["dispenser", *sys.argv[1:]]
try:
    run()
finally:
    print("imported:", *sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["batch", "plan", "--help"], ["serve", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    ended = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", IMPORTED, *arguments], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0
    assert "Usage:" in ended.stdout
    imported = set(ended.stderr.rpartition("imported:")[2].split())
    assert imported.isdisjoint(HEAVY)
    assert "dispenser.cli" in imported


def test_all_commands_are_tested_here(dispenser: Command) -> None:
    for group, names in {"": [*ALONE, *GROUPS], **GROUPS}.items():
        told = dispenser(*group.split(), "--help").out
        listed = re.findall(r"^│ ([a-z-]+) ", told.partition("─ Commands ")[2], re.MULTILINE)
        assert sorted(listed) == sorted(names)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example_of_itself(dispenser: Command, command: list[str]) -> None:
    told = " ".join(dispenser(*command, "--help").out.split())
    assert f"Example: dispenser {' '.join(command)}" in told


@pytest.mark.parametrize("command", READERS + WRITERS_THAT_ANSWER)
def test_every_command_that_answers_can_answer_programs(dispenser: Command, command: list[str]) -> None:
    assert "--json" in dispenser(*command, "--help").out


@pytest.mark.parametrize("arguments", [["nonsense"], ["batch", "nonsense"], ["serve", "--nonsense"], ["batch", "show"]])
def test_wrong_use_is_exit_code_two(dispenser: Command, arguments: list[str]) -> None:
    ended = dispenser(*arguments)
    assert ended.code == 2
    assert "Usage:" in ended.err
