"""The tutorial's driver, put together from the page, passes the kit at the levels that it promises."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "tutorials" / "first-driver.md"
PIECE = re.compile(r"^(?:File|Continue) `([^`]+)`:\n\n```\w+\n(.*?)^```", re.DOTALL | re.MULTILINE)
SPEED = "200"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the tutorial, as somebody who follows it has them in the end."""
    folder = tmp_path_factory.mktemp("acme")
    for name, text in PIECE.findall(PAGE.read_text("utf-8")):
        (folder / name).parent.mkdir(exist_ok=True)
        with (folder / name).open("a", encoding="utf-8") as file:
            # Waiting for what never comes is most of what a run takes.
            file.write(text.replace("PATIENCE = 1.0", "PATIENCE = 0.2"))
    return folder


@contextmanager
def toy_machine() -> Iterator[str]:
    command = [sys.executable, str(ROOT / "docs" / "examples" / "toy_machine.py"), "--port", "0", "--speed", SPEED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings(ROOT)) as process:  # noqa: S603 - ours
        try:
            assert process.stdout is not None
            yield process.stdout.readline().removeprefix("ready ").strip()
        finally:
            process.kill()


def surroundings(*paths: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}


def conform(project: Path, uri: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hal.conformance", "acme_dosing.driver:DRIVER", uri, "--json", "--step", "0.01"]
    return subprocess.run(  # noqa: S603 - ours
        [*command, "--pouches", "50", *options],
        capture_output=True,
        text=True,
        check=False,
        env=surroundings(project, ROOT),
    )


def test_the_driver_of_the_tutorial_conforms(project: Path, tmp_path: Path) -> None:
    report = tmp_path / "acme.html"
    with toy_machine() as uri:
        levels = ("--level", "wire", "--level", "behaviour", "--date", "2026-11-22", "--report", str(report))
        done = conform(project, uri, *levels)
    assert done.returncode == 0, done.stderr
    account = json.loads(done.stdout.splitlines()[-1])
    assert list(account) == ["checks", "passed", "failed", "exempt", "seconds"]
    shown = re.search(r"^(\d+) checks: (\d+) passed, 0 failed, (\d+) exempt", PAGE.read_text("utf-8"), re.MULTILINE)
    assert shown is not None
    assert [account["checks"], account["passed"], account["exempt"]] == [int(one) for one in shown.groups()]
    page = report.read_text("utf-8")
    assert "Toy Works Toy Packer" in page
    assert "2026-11-22" in page


def test_the_mistakes_that_the_tutorial_names_are_found(project: Path, tmp_path: Path) -> None:
    line = (project / "acme_dosing" / "line.py").read_text("utf-8")
    broken = tmp_path / "acme_dosing"
    broken.mkdir()
    (broken / "driver.py").write_text((project / "acme_dosing" / "driver.py").read_text("utf-8"), encoding="utf-8")
    (broken / "line.py").write_text(
        line.replace("raise OutcomeUnknownError(", "raise UnreachableError("), encoding="utf-8"
    )
    with toy_machine() as uri:
        done = conform(tmp_path, uri, "--check", "load-reply-lost", "--check", "load-not-sent-again")
    assert done.returncode == 1
    assert "that nothing was sent, and it took effect 1 times" in done.stderr


def test_the_fixture_of_the_tutorial_makes_tests(project: Path) -> None:
    with toy_machine() as uri:
        (project / "conftest.py").write_text(
            f"import pytest\n\n\n@pytest.fixture(scope='session')\ndef toy_machine():\n    return {uri!r}\n",
            encoding="utf-8",
        )
        done = subprocess.run(  # noqa: S603 - ours
            [
                *(
                    sys.executable,
                    "-m",
                    "pytest",
                    "-q",
                    "-p",
                    "no:cacheprovider",
                    "-p",
                    "no:randomly",
                    "-p",
                    "no:xdist",
                ),
                *("-k", "journal-head or lower-epoch-fenced or power-new-boot", str(project)),
            ],
            capture_output=True,
            text=True,
            check=False,
            env=surroundings(project, ROOT),
            cwd=project,
        )
    assert "2 passed, 1 skipped" in done.stdout, done.stdout + done.stderr
