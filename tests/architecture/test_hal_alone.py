"""The contract installs alone: built, put into an empty environment without an index, and imported there."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPORT = """
import importlib, pkgutil, sys
import hal
names = [one.name for one in pkgutil.walk_packages(hal.__path__, "hal.", onerror=lambda _name: None)]
foreign = ("hal.drivers.", "hal.transport.", "hal.conformance.pytest_plugin")
for name in names:
    if not name.startswith(foreign):
        importlib.import_module(name)
from hal.plugins import PluginState, discover
states = {plugin.name: plugin.state for plugin in discover()}
assert set(states) == {"opcua", "pplis", "unit"}, states
assert len(names) > 40, names
strangers = {"serial", "serialx", "asyncua", "dispenser", "simulator", "safety"} & set(sys.modules)
assert not strangers, strangers
print(len(names))
"""


def run(*command: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check")
    run(*pip, "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT / "hal"))
    (made,) = folder.glob("dosisfleet_hal-*.whl")
    return made


def test_it_needs_nothing_and_offers_the_wires_as_extras() -> None:
    project = tomllib.loads((ROOT / "hal" / "pyproject.toml").read_text())["project"]
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["dependencies"] == []
    assert set(project["optional-dependencies"]) == {"opcua", "serial"}
    assert project["version"] == whole["version"]
    assert project["entry-points"]["hal.drivers"] == whole["entry-points"]["hal.drivers"]
    for wanted in project["optional-dependencies"].values():
        assert set(wanted) <= set(whole["dependencies"])


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "hal/driver.py" in names
    assert {name.split("/")[0] for name in names} == {"hal", f"{wheel.name.split('-py3')[0]}.dist-info"}
    assert not [name for name in names if "__pycache__" in name or name.endswith("pyproject.toml")]


def test_it_installs_alone_and_every_module_but_the_wires_imports(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "empty"
    run(sys.executable, "-m", "venv", "--without-pip", str(home))
    python = str(home / "bin" / "python")
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").strip()
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--no-deps", "--no-index", "--no-compile", "--target", site, str(wheel))
    assert int(run(python, "-I", "-c", IMPORT, cwd=tmp_path)) > 40
