"""Examining a simulated machine, plain and secured: everything is told, and the machine does not notice."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hal.clock import SystemClock
from hal.driver import Surroundings
from hal.drivers.opcua import examine, points
from hal.examination import Examination
from hal.wire.certificates import KEYS_UNUSABLE, LOGIN_REFUSED, NO_SECURE_ENDPOINT, UNTRUSTED

from .opcua_bench import Bench, Wire
from .opcua_secure import Site


def subjects(found: Examination, code: str) -> list[str]:
    return [point.subject for point in found.points if point.code == code]


def lacking(found: Examination) -> list[str]:
    return [point.code for point in found.points if not point.fulfilled]


async def examined(uri: str, folder: Path | None = None) -> Examination:
    return await examine(uri, Surroundings(SystemClock(), folder))


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with asyncio.Runner() as runner:
        bench = Bench(runner, Wire(port), f"opc.tcp://127.0.0.1:{port}/")
        runner.run(bench.serve())
        yield bench
        runner.run(bench.halt())


def test_a_simulated_machine_lacks_nothing_and_is_left_alone(bench: Bench) -> None:
    async def scene() -> None:
        before = list(bench.memory.read())
        found = await examined(bench.endpoint)
        assert lacking(found) == []
        assert found.is_fit
        assert found.capabilities is not None
        assert found.status is not None
        assert (found.capabilities.vendor, found.status.epoch) == ("Værk", 0)
        assert list(bench.memory.read()) == before

    bench.runner.run(scene())


def test_a_secured_server_is_told_as_far_as_it_may_be_spoken_to(
    runner: asyncio.Runner, site: Site, tmp_path: Path
) -> None:
    async def scene() -> None:
        machine = site.keys.machine.certificate
        unknown = await examined(site.endpoint)
        assert unknown.reached
        assert subjects(unknown, points.ENDPOINT) == [
            "SignAndEncrypt, Aes256_Sha256_RsaPss, for UserName",
            "SignAndEncrypt, Basic256Sha256, for UserName",
        ]
        assert machine.fingerprint in subjects(unknown, points.CERTIFICATE)[0]
        assert UNTRUSTED in lacking(unknown)
        stranger = await examined(site.endpoint, site.keys.folder(tmp_path / "stranger", trusts=False))
        assert lacking(stranger) == [points.CERTIFICATE, UNTRUSTED]
        assert subjects(stranger, UNTRUSTED) == [machine.fingerprint]
        wrong = await examined(site.endpoint, site.keys.folder(tmp_path / "wrong", password="not this one"))  # noqa: S106
        assert lacking(wrong) == [LOGIN_REFUSED]
        known = await examined(site.endpoint, site.folder)
        # A server with no packer behind it.
        assert set(lacking(known)) == {points.NAMESPACE}
        assert subjects(known, points.SESSION)
        plain = await examined(site.plain, site.folder)
        assert lacking(plain) == [NO_SECURE_ENDPOINT]
        exposed = site.keys.folder(tmp_path / "exposed")
        (exposed / "own.key.pem").chmod(0o640)
        assert KEYS_UNUSABLE in lacking(await examined(site.endpoint, exposed))

    runner.run(scene())
