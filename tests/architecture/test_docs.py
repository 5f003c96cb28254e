"""What the documentation says is so: pages from code are current, links lead somewhere, commands and keys exist."""

import importlib.util
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import pytest
import typer

from dispenser.cli import app as dispenser
from dispenser.config import Config, MachineSection, PeriodSection, ServerSection, SiteSection
from simulator.__main__ import app as simulator

COMMAND = re.compile(r"^\s*(?:\.venv/bin/)?(dispenser(?:-sim)?) (.+)$", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
BLOCK = re.compile(r"```.*?```", re.DOTALL)
# Pictures are made by the browser tests.
MADE_LATER = {"docs/images/fleet.png"}


class Repository(Protocol):
    root: Path
    files: tuple[str, ...]


def pages(repository: Repository) -> Mapping[str, str]:
    return {name: (repository.root / name).read_text("utf-8") for name in repository.files if name.endswith(".md")}


def generator(repository: Repository) -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", repository.root / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "page", ["job-states.md", "findings.md", "hazards.md", "edge-cases.md", "conformance.md", "scenario.md"]
)
def test_a_page_from_code_is_current(repository: Repository, page: str) -> None:
    written = (repository.root / "docs" / "reference" / page).read_text("utf-8")
    assert written == generator(repository).PAGES[page](), "run: python docs/generate.py"


def test_the_tables_of_the_dosage_page_are_current(repository: Repository) -> None:
    made = generator(repository)
    assert made.DOSAGES.read_text("utf-8") == made.dosage_page(), "run: python docs/generate.py"


def test_the_tables_of_the_page_on_rule_packs_are_current(repository: Repository) -> None:
    made = generator(repository)
    assert made.RULE_PACK.read_text("utf-8") == made.rule_pack_page(), "run: python docs/generate.py"


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def broken_links(repository: Repository, name: str, text: str) -> Iterator[str]:
    for link in LINK.findall(BLOCK.sub("", text)):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, wanted = link.partition("#")
        target = (repository.root / name).parent / path if path else repository.root / name
        inside = target.resolve().relative_to(repository.root).as_posix()
        if inside in MADE_LATER:
            continue
        if not target.exists() or (
            wanted and wanted not in {anchor(heading) for heading in HEADING.findall(target.read_text("utf-8"))}
        ):
            yield f"{name}: {link}"


def test_every_link_leads_somewhere(repository: Repository) -> None:
    found = pages(repository)
    assert [broken for name, text in found.items() for broken in broken_links(repository, name, text)] == []
    assert found


def test_every_page_is_in_the_index(repository: Repository) -> None:
    index = (repository.root / "docs" / "README.md").read_text("utf-8")
    listed = {f"docs/{link}" for link in LINK.findall(index)}
    assert {name for name in pages(repository) if name.startswith("docs/")} - listed - {"docs/README.md"} == set()


def commands_of(program: str) -> Any:  # noqa: ANN401 - typer brings its own click
    return typer.main.get_command({"dispenser": dispenser, "dispenser-sim": simulator}[program])


def parse(command: Any, words: list[str]) -> None:  # noqa: ANN401 - typer brings its own click
    """Parse `words` as the command line would, without running anything."""
    while hasattr(command, "commands"):
        command = command.commands[words[0]]
        words = words[1:]
    command.make_context(command.name or "", words)


def shown_commands(repository: Repository) -> list[tuple[str, str, str]]:
    return [
        (name, program, line.split(" #")[0].rstrip().removesuffix("&"))
        for name, text in pages(repository).items()
        for block in BLOCK.findall(text)
        if block.startswith("```sh")
        for program, line in COMMAND.findall(block)
    ]


def test_every_command_that_is_shown_can_be_given(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = shown_commands(repository)
    assert shown
    monkeypatch.chdir(tmp_path)
    for name, program, line in shown:
        words = shlex.split(line)
        for word in words:
            # Some arguments must name a file that is there.
            if re.search(r"\.(toml|csv|json|der)$", word):
                (tmp_path / word).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / word).touch()
        try:
            parse(commands_of(program), words)
        except Exception as error:
            error.add_note(f"{name}: {program} {line}")
            raise


def leaves(command: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - typer brings its own click
    if hasattr(command, "commands"):
        for name, below in command.commands.items():
            yield from leaves(below, f"{path} {name}")
    else:
        yield path


def test_every_command_is_in_the_reference(repository: Repository) -> None:
    text = (repository.root / "docs" / "reference" / "command-line.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(dispenser[^`]*)`", text, re.MULTILINE))
    programs = ("dispenser", "dispenser-sim")
    assert listed == {path for program in programs for path in leaves(commands_of(program), program)}


def test_every_setting_is_in_the_reference(repository: Repository) -> None:
    text = (repository.root / "docs" / "reference" / "settings.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE))
    sections = {"site", "server", "machines", "periods"}
    known = {
        key for section in (SiteSection, ServerSection, MachineSection, PeriodSection) for key in section.model_fields
    }
    assert listed == known | (set(Config.model_fields) - sections)
