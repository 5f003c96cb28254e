"""`dispenser machine check`: the verdict comes last, and its exit code says the same."""

import json
import socket

import pytest

from hal import plugins
from hal.driver import CONTRACT_VERSION, DriverInfo, MachineDriver, Surroundings
from hal.drivers.pplis import points
from hal.examination import Examination
from hal.plugins import Plugin, PluginState
from tests.support.cli import Command

NOBODY = (points.seen(points.LINK, "ENQ", fulfilled=False),)
LACKS = (points.seen(points.LINK, "ENQ"), points.seen(points.RATE, "960 bytes/s", fulfilled=False))
FIT = (points.seen(points.LINK, "ENQ"),)


def build(_uri: str, _surroundings: Surroundings) -> MachineDriver:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("reached", "seen", "code", "verdict"),
    [
        (True, FIT, 0, "fit: it lacks nothing"),
        (True, LACKS, 3, "NOT FIT: 1 lacking"),
        (False, NOBODY, 4, "NOT FIT: no machine answers here"),
    ],
)
def test_the_verdict_comes_last_and_in_both_languages(
    dispenser: Command,
    monkeypatch: pytest.MonkeyPatch,
    reached: bool,  # noqa: FBT001 - a row of the table
    seen: tuple[points.Point, ...],
    code: int,
    verdict: str,
) -> None:
    async def examine(uri: str, _surroundings: Surroundings) -> Examination:
        return Examination(uri, reached, None, None, seen)

    acme = DriverInfo("acme", CONTRACT_VERSION, ("acme",), build, examine)
    monkeypatch.setattr(plugins, "discover", lambda: [Plugin("acme", "acme:D", PluginState.USABLE, acme, "")])
    told = dispenser("machine", "check", "acme://x")
    assert told.code == code
    english, danish = told.out.splitlines()[-1].split(" / ")
    assert english == verdict
    assert danish.casefold().startswith("egnet" if code == 0 else "ikke egnet")
    document = json.loads(dispenser("machine", "check", "acme://x", "--json").out)
    assert (document["fit"], document["reached"]) == (code == 0, reached)


@pytest.mark.parametrize("uri", ["opc.tcp://", "pplis:///dev/x?bau=9600", "unit://", "nothing://x", "packer-1"])
def test_an_address_that_is_none_is_wrong_use(dispenser: Command, uri: str) -> None:
    told = dispenser("machine", "check", uri)
    assert told.code == 2
    assert "None" not in told.out
    assert uri.startswith("pplis") or "pplis:" not in told.out


@pytest.mark.parametrize("scheme", ["opc.tcp", "pplis+socket", "unit+socket"])
def test_a_port_that_nobody_listens_on_is_no_machine(dispenser: Command, scheme: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        told = dispenser("machine", "check", f"{scheme}://127.0.0.1:{taken.getsockname()[1]}")
    assert told.code == 4
    assert "NOT FIT" in told.out
    assert "Error(" not in told.out
