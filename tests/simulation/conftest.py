"""A secured and a plain OPC UA server, started once for all tests of who is let in."""

import asyncio
from collections.abc import Iterator

import pytest

from .opcua_secure import Site


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def site(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    runner.run(site.start())
    yield site
    runner.run(site.stop())
