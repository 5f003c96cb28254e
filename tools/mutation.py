"""Change the core and the checks in small ways and see which changes no test notices: `./run mutation [name ...]`.

A name is a package (`core`, `safety`), one of its folders or a module (`expander`, `rules`, `safety/rules/day_cap`).
Works on a copy of the project under `var/`, which is removed afterwards. Every mutant that survives is printed; the
last line is JSON: `{"mutants", "killed", "survived", "timeout", "untested", "score", "seconds"}`. A mutant that never
ends is noticed too; score is the share of noticed ones in percent. Exit 1 below `LOWEST_SCORE`, 2 when it cannot run.
"""

import argparse
import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "var" / f"mutation-{os.getpid()}"
PACKAGES = ("dispenser", "hal", "labels", "pharmacy_sync", "safety", "scheduling", "simulator")
TESTS = {
    "dispenser/core": (
        "tests/unit/core",
        "tests/property/test_expansion_laws.py",
        "tests/property/test_packing_rules.py",
        "tests/property/test_filling.py",
    ),
    "safety": ("tests/unit/safety",),
}
"""What is changed, and its tests that are quick: each mutant runs those of them that reach it."""
LOWEST_SCORE = 90.0
MOST_MEMORY = 4_000_000_000
"""Bytes; a mutant may ask for any number of them."""
LAST_WORDS = 6_000
"""Characters of mutmut's output that are shown when it fails."""
PLUGINS = ("-p_hypothesis_pytestplugin", "-ppytest_timeout", "-pno:cacheprovider", "-pno:unraisableexception")
"""Starting pytest is most of the work for a mutant, so it comes with what the tests need alone."""

SURVIVED, KILLED, TIMEOUT, UNTESTED = "survived", "killed", "timeout", "untested"
OUTCOMES = {0: SURVIVED, 1: KILLED, 3: KILLED, 33: UNTESTED, 5: UNTESTED, -9: TIMEOUT, -11: TIMEOUT, -24: TIMEOUT}
"""What mutmut's exit codes mean: pytest's, 33 for no test, negative ones for the signal of a limit."""


def settings(package: str, modules: Iterable[str]) -> str:
    """Return mutmut's part of a pyproject.toml for these modules of one package."""
    values = {
        "source_paths": [package],
        "only_mutate": list(modules),
        "also_copy": [*PACKAGES, "tests"],
        "pytest_add_cli_args_test_selection": [test for test in TESTS[package] if (ROOT / test).exists()],
        "pytest_add_cli_args": ["--hypothesis-profile=fixed", *PLUGINS],
        "timeout_multiplier": 3.0,
        # A wall clock's: on a busy machine starting alone takes seconds, and a mutant out of time counts as noticed.
        "timeout_constant": 15.0,
        "track_dependencies": False,
        "use_git_change_detection": False,
    }
    # JSON's strings, numbers, words and lists are TOML's too.
    return "\n[tool.mutmut]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


def known_modules() -> dict[str, list[str]]:
    """Return every module that may be changed, by package; both as paths."""
    return {
        package: sorted(str(file.relative_to(ROOT)) for file in (ROOT / package).rglob("[a-z]*.py"))
        for package in TESTS
    }


def chosen_modules(names: Iterable[str]) -> dict[str, list[str]]:
    """Return the modules that `names` mean, by package; no names mean all.

    Raises:
        ValueError: a name means nothing, or different things.
    """
    known = known_modules()
    chosen: dict[str, list[str]] = {}
    for name in names or known:
        wanted = "/" + name.removesuffix(".py").strip("/").replace(".", "/")
        files = [(package, file) for package, files in known.items() for file in files]
        modules = [(package, file) for package, file in files if f"/{file}".removesuffix(".py").endswith(wanted)]
        folders = [(package, file) for package, file in files if f"{wanted}/" in f"/{file}"]
        if (len(modules) > 1 and not folders) or (modules and folders):
            message = f"{name} may be {', '.join(file for _, file in (*modules, *folders[:1]))}"
            raise ValueError(message)
        if not modules and not folders:
            message = f"{name} is not in {' or '.join(TESTS)}"
            raise ValueError(message)
        for package, file in modules or folders:
            chosen.setdefault(package, []).append(file)
    return chosen


def prepare(package: str, modules: Iterable[str]) -> None:
    """Copy what the tests need into an empty work folder."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    unneeded = shutil.ignore_patterns("__pycache__", "node_modules", "panel", "static")
    for name in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / name, WORK / name, ignore=unneeded)
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (WORK / "pyproject.toml").write_text(project + settings(package, modules), "utf-8")


def run() -> bool:
    """Run mutmut in the work folder; return whether it could, else say why not."""
    log = WORK / "mutmut.log"
    with log.open("w") as kept:
        done = subprocess.run(
            [sys.executable, "-m", "mutmut", "run"],
            cwd=WORK,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            check=False,
            # Its progress line is for eyes.
            stdout=sys.stderr if sys.stderr.isatty() else kept,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY)),
        )
    if done.returncode != 0:
        print(log.read_text("utf-8")[-LAST_WORDS:], file=sys.stderr)
    return done.returncode == 0


def difference(name: str) -> str:
    """Return what a mutant changes, as a diff."""
    with contextlib.chdir(WORK):
        return get_diff_for_mutant(name, path=Path(f"{module_of(name).replace('.', '/')}.py"))


def module_of(mutant: str) -> str:
    """Return the module of a mutant that is called `dispenser.core.module.function`."""
    return mutant.rpartition(".")[0]


def outcomes(package: str) -> Iterator[tuple[str, str]]:
    """Return every mutant's name and what became of it; one that was not run has survived."""
    for file in sorted((WORK / "mutants" / package).rglob("*.meta")):
        for name, code in json.loads(file.read_text("utf-8"))["exit_code_by_key"].items():
            yield name, OUTCOMES.get(code, SURVIVED)


def score(counts: Counter[str]) -> float:
    """Return the share of noticed mutants in percent; of none, all are noticed."""
    noticed = counts[KILLED] + counts[TIMEOUT]
    return round(100 * noticed / counts.total(), 2) if counts else 100.0


def count(package: str) -> dict[str, Counter[str]]:
    """Print the survivors in `package`; return what became of the mutants of each module."""
    modules: dict[str, Counter[str]] = {}
    for name, outcome in outcomes(package):
        modules.setdefault(module_of(name), Counter())[outcome] += 1
        if outcome in {SURVIVED, UNTESTED}:
            print(f"{name}: {outcome}\n{difference(name)}")
    return modules


def report(modules: dict[str, Counter[str]], seconds: float) -> float:
    """Print a line for each module and the whole; return the score."""
    whole: Counter[str] = sum(modules.values(), Counter())
    for module, counts in sorted(modules.items()):
        print(
            f"{module:<32}{counts.total():>5} mutants {counts[SURVIVED] + counts[UNTESTED]:>4} left {score(counts):>7}"
        )
    summary = {
        "mutants": whole.total(),
        **{outcome: whole[outcome] for outcome in (KILLED, SURVIVED, TIMEOUT, UNTESTED)},
        "score": score(whole),
        "seconds": round(seconds, 1),
    }
    print(json.dumps(summary))
    return score(whole)


def main() -> int:
    """Mutate, test, tell."""
    parser = argparse.ArgumentParser(prog="./run mutation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="name", help="package, folder or module; without any, all there is")
    parser.add_argument("--keep", action="store_true", help=f"leave {WORK.relative_to(ROOT)} for a closer look")
    asked = parser.parse_args()
    try:
        chosen = chosen_modules(asked.names)
    except ValueError as error:
        parser.error(str(error))
    begun = time.monotonic()
    counts: dict[str, Counter[str]] = {}
    try:
        for package, modules in chosen.items():
            prepare(package, modules)
            if not run():
                return 2
            counts |= count(package)
        return 0 if report(counts, time.monotonic() - begun) >= LOWEST_SCORE else 1
    finally:
        if not asked.keep:
            shutil.rmtree(WORK, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
