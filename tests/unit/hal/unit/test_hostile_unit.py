"""A machine without a journal that tells nonsense, and a folder that somebody meddles with."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.pplis.records import Message, Record
from hal.drivers.unit.folder import NAME, Folder, FolderError
from hal.drivers.unit.keeper import Keeper
from hal.drivers.unit.memory import Fact, Memory
from hal.drivers.unit.wire import UnitWire
from hal.errors import ProtocolViolationError, UnreachableError
from hal.wire import unit, words
from tests.support.unit_bench import Direct, World, bury, journal, spec_of

ONE: Final = Lease("one", 1)


def answered(*records: Record) -> UnitWire:
    async def exchange(kind: str, body: object) -> Message:
        del kind, body
        await asyncio.sleep(0)
        return Message("m", "machine", "host", "", "", "ANSWER", (("A", "m", "OK"), *records))

    return UnitWire(exchange)


@pytest.mark.parametrize(
    "fields", ['{"product":"\\ud800"}', '{"ms":1e400}', json.dumps({"ms": 2**63}), '{"ms":1,"ms":2}', "[" * 9_000]
)
def test_a_fact_that_cannot_be_kept_is_no_fact(fields: str) -> None:
    wire = answered(("R", "done", "packed", ""), ("X", "1"), ("F", words.DROPPED, fields))
    with pytest.raises(ProtocolViolationError):
        asyncio.run(wire.result("t", 1))


@pytest.mark.parametrize("film", [str(2**63), "9" * 19, "9" * 6_000])
def test_a_film_index_that_cannot_be_kept_is_none(film: str) -> None:
    with pytest.raises(ProtocolViolationError):
        asyncio.run(answered(("X", film)).arm("t", "s"))


@pytest.mark.parametrize("value", ["\ud800", 2**63, 10**30])
def test_what_cannot_be_read_again_is_never_kept(tmp_path: Path, value: str | int) -> None:
    folder = Folder(tmp_path)
    memory = Memory(folder, SystemClock())
    memory.boot("b")
    with pytest.raises(ProtocolViolationError):
        memory.write([Fact(words.ALARM_RAISED, fields={"code": "X", "detail": value})])
    head = memory.head
    folder.close()
    assert Memory(Folder(tmp_path), SystemClock()).head == head


class Told(Direct):
    """A wire to a machine whose film index is another one."""

    def __init__(self, world: World, film: str) -> None:
        super().__init__(world)
        self._film = film

    async def __call__(self, kind: str, body: object) -> Message:
        answer = await super().__call__(kind, body)  # type: ignore[arg-type]  # as it came
        replaced = tuple((unit.FILM, self._film) if record[0] == unit.FILM else record for record in answer.body)
        return Message("m", "machine", "host", "", "", "ANSWER", replaced)


@pytest.mark.parametrize("used_before", [False, True])
def test_film_that_others_used_costs_a_few_entries_however_much_it_was(
    tmp_path: Path,
    used_before: bool,  # noqa: FBT001 - a parameter
) -> None:
    asyncio.run(_play(World(spec_of("encoder"), tmp_path), tmp_path, used_before=used_before))


async def _play(world: World, folder: Path, *, used_before: bool) -> None:
    if used_before:
        driver = world.driver()
        await driver.open(ONE)
        await driver.close()
        await bury(world)
    world.keeper = Keeper(folder, world.clock, lambda _bell: Told(world, str(2**60)))
    driver = world.driver()
    await driver.open(ONE)
    status, entries = await driver.read_status(), await journal(driver)
    assert status.film == 2**60
    assert len(entries) < 10
    await driver.close()


def test_a_folder_that_is_gone_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "m"
    folder = Folder(path)
    folder.read()
    folder.append(["first"])
    shutil.rmtree(path)
    with pytest.raises(FolderError, match="removed or replaced"):
        folder.append(["second"])
    path.mkdir()
    (path / NAME).write_bytes(b"")
    with pytest.raises(FolderError, match="removed or replaced"):
        folder.append(["second"])


def test_a_file_that_somebody_else_wrote_to_is_left_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.append(["first"])
    with (tmp_path / NAME).open("ab") as stranger:
        stranger.write(b"half a li")
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(FolderError, match="somebody else"):
        folder.append(["second"])
    assert (tmp_path / NAME).read_bytes() == before


def test_a_memory_that_has_shrunk_is_not_gone_on_with(tmp_path: Path) -> None:
    world = World(spec_of("encoder"), tmp_path / "m")

    async def scene() -> None:
        driver = world.driver()
        await driver.open(ONE)
        await driver.close()
        shutil.rmtree(tmp_path / "m")
        for _ in range(2):
            with pytest.raises(UnreachableError, match="less than"):
                await driver.open(ONE)

    asyncio.run(scene())
