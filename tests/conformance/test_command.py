"""The command: what it prints, writes and returns; its report, and the hands that it reaches."""

import asyncio
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hal.conformance.__main__ import main, parser
from hal.conformance.asking import Human, Switch, injecting
from hal.conformance.breach import ConformanceError
from hal.conformance.check import CheckResult, Level, Verdict
from hal.conformance.hands import Deed, Flaw, Hand
from hal.conformance.report import Subject, html_report
from hal.conformance.station import Pace
from hal.conformance.suite import CHECKS, chosen, run_checks
from hal.driver import CONTRACT_VERSION, DriverInfo, MachineDriver, Surroundings
from tests.conformance.quick import quickly
from tests.conformance.sound import bench

WORDS = Path(__file__).parent / "words.py"


def build(uri: str, _surroundings: Surroundings) -> MachineDriver:
    message = f"{uri} is not mine"
    raise ValueError(message)


STRICT = DriverInfo("strict", CONTRACT_VERSION, ("strict",), build)
OLD = DriverInfo("old", CONTRACT_VERSION - 1, ("old",), build)


def test_the_list_names_every_check_with_its_hands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(CHECKS)
    assert any("power-tombstones [power]: " in line for line in lines)
    assert main(["--list", "--level", "hardware"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(chosen([Level.HARDWARE]))


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["pplis"],
        ["pplis", "pplis:///dev/null", "--check", "no-such-check"],
        ["pplis", "pplis:///dev/null", "--level", "steel"],
        ["pplis", "pplis:///dev/null", "--epoch", "-1"],
        ["pplis", "pplis:///dev/null", "--silence", "long"],
        ["pplis", "pplis:///dev/null", "--date", "tomorrow"],
        ["pplis", "pplis:///dev/null", "--level", "wire", "--check", "door-opened"],
    ],
)
def test_wrong_use_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: dispenser-conform" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("driver", "uri", "told"),
    [
        ("nobody", "x://y", "no driver 'nobody' is installed"),
        ("no.such.module:DRIVER", "x://y", "ModuleNotFoundError"),
        (f"{__name__}:WORDS", "x://y", "is no DriverInfo"),
        (f"{__name__}:OLD", "old://y", "speaks contract"),
        (f"{__name__}:STRICT", "x://y", "x://y is not mine"),
        ("opcua", "opc.tcp://127.0.0.1:1/", "UnreachableError"),
    ],
)
def test_surroundings_that_are_not_right_end_with_5(
    driver: str, uri: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([driver, uri, "--check", "identity-told"]) == 5
    assert told in capsys.readouterr().err


# -- The report ------------------------------------------------------------------------------------------------------


def results() -> tuple[CheckResult, ...]:
    return quickly(run_checks(bench(power=None), chosen([Level.WIRE])[:3] + chosen(ids=["power-tombstones"])))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Conformance report", "not tried", "nothing here can cut", "Opened twice", "Signature")),
        ("da", ("Overensstemmelsesrapport", "ikke prøvet", "intet her kan afbryde", "Åbnet to gange", "Underskrift")),
    ],
)
def test_the_report_tells_everything_in_its_language(language: str, words: tuple[str, ...]) -> None:
    checks = chosen([Level.WIRE])[:3] + chosen(ids=["power-tombstones"])
    found = (*results()[:2], CheckResult("capability-limits", "", Verdict.FAILED, "a < b & c"), results()[3])
    subject = Subject("acme <1>", "acme 1.0", CONTRACT_VERSION, "acme://x", None, date(2026, 11, 22))
    page = html_report(subject, checks, found, language)
    assert all(word in page for word in (*words, "acme &lt;1&gt;", "2026-11-22", "a &lt; b &amp; c", "acme://x"))
    assert all(check.id in page for check in checks)
    assert "http" not in page


def test_how_long_a_machine_may_be_silent_is_an_option_and_told_when_it_was_too_long() -> None:
    checks = chosen(ids=["half-open-bell"])
    sound = Pace(patience=20, step=0.1)
    (passed,) = quickly(run_checks(bench(pace=sound), checks))
    (failed,) = quickly(run_checks(bench(pace=replace(sound, detect=0.2, slack=0.1)), checks))
    assert passed.passed
    assert failed.detail.endswith("has not noticed in 0.2 s (--silence) that nobody is at the other end")
    assert parser().parse_args([]).silence == Pace().detect
    assert parser().parse_args(["--silence", "16"]).silence == 16


# -- Hands -----------------------------------------------------------------------------------------------------------


class Typist:
    """Types the same every time."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        self.asked: list[str] = []

    def ask(self, text: str) -> str:
        self.asked.append(text)
        return self.typed


def test_a_human_is_asked_in_words_and_may_say_no() -> None:
    willing, unwilling = Typist("\n"), Typist("nej\n")
    assert asyncio.run(Human(willing, "da").do(Deed.PULL_CANISTER, 3))
    assert willing.asked[0].startswith("Tag beholderen ud af plads 3.")
    assert not asyncio.run(Human(unwilling, "en").do(Deed.OPEN_DOOR))
    asyncio.run(Human(willing, "en").cut())
    with pytest.raises(ConformanceError, match="could not be switched"):
        asyncio.run(Human(unwilling, "en").restore())


def test_a_deed_that_cannot_be_done_is_exempt() -> None:
    class Unwilling:
        async def do(self, _deed: Deed, _bay: int = 0) -> bool:
            return False

    (result,) = quickly(run_checks(bench(operator=Unwilling()), chosen(ids=["door-opened"])))
    assert (result.verdict, result.detail) == (Verdict.EXEMPT, "cannot be done on this machine: Open the door.")


def test_commands_switch_power_and_put_faults_in(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = tmp_path / "hand.py"
    script.write_text(
        f"import sys\nopen({str(log)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\nsys.exit('jam' in sys.argv)\n"
    )
    command = f"{sys.executable} {script}"

    async def run() -> None:
        switch, hands = Switch(command), injecting(command)
        await switch.cut()
        await switch.restore()
        assert await hands.flaw(Flaw.MISCOUNT)
        assert not await hands.flaw(Flaw.JAM)
        assert await hands.do(Deed.PULL_CANISTER, 2)
        assert await hands.do(Deed.RELEASE_STOP)
        with pytest.raises(ConformanceError, match="ended with 1"):
            await Switch(f"{command} jam").cut()

    asyncio.run(run())
    assert log.read_text().splitlines() == [
        "off",
        "on",
        "double_seen for_pouches=1",
        "jam for_pouches=1",
        "canister_pulled bay=2",
        "emergency_stop --over",
        "press=Clear",
        "jam off",
    ]


def test_every_hand_says_why_it_is_missed() -> None:
    for hand in Hand:
        assert hand.why_missing("da") != hand.why_missing("en")
