import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from starlette.requests import Request

from dispenser.app.services import Services
from dispenser.core.ids import MachineId
from dispenser.store.errors import BusyError
from dispenser.store.session import Database
from dispenser.web.panel import live as live_module
from dispenser.web.panel.live import LiveValues
from tests.support.hall import busy_hall
from tests.support.world import VirtualClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def first(stream: AsyncIterator[Mapping[str, str]], count: int) -> list[Mapping[str, str]]:
    return [await anext(stream) for _ in range(count)]


def silence(services: Services, machine: str) -> None:
    with services.database.write() as tx:
        tx.machines.set_link(MachineId(machine), "offline", None, None)


async def test_the_first_event_holds_everything_and_the_next_only_what_changed(services: Services) -> None:
    stream = LiveValues(services).changes("da")
    everything = await anext(stream)
    assert everything["machine.M2.word"] == "Sidder fast"
    assert everything["machine.M3.done"] == "23"
    assert everything["batch.000001.packed"] == "79"
    assert everything["roll.0000010003.packed"] == "17"
    await asyncio.to_thread(silence, services, "M3")
    changes: dict[str, str] = {}
    for changed in await first(stream, 3):
        assert "machine.M2.word" not in changed
        changes |= changed
    assert changes["machine.M3.word"] == "Kontakt mistet"
    assert changes["machine.M3.tone"] == "lost"
    assert "frame.clock" in changes
    await stream.aclose()


async def test_readers_share_one_look_and_the_last_one_puts_out_the_light(services: Services) -> None:
    values = LiveValues(services)
    danish, english = values.changes("da"), values.changes("en")
    one, other = await asyncio.gather(anext(danish), anext(english))
    assert (one["machine.M2.word"], other["machine.M2.word"]) == ("Sidder fast", "Jammed")
    task = values._task
    assert task is not None
    await danish.aclose()
    assert values._task is task
    await english.aclose()
    assert values._task is None
    assert task.cancelling()


async def test_a_store_that_cannot_answer_is_silence_and_then_news_again(services: Services) -> None:
    values = LiveValues(services)
    stream = values.changes("da")
    await anext(stream)
    look, failures = values._look, iter(range(2))

    def failing(*, with_batches: bool) -> None:
        if next(failures, None) is not None:
            raise BusyError
        look(with_batches=with_batches)

    values._look = failing  # type: ignore[method-assign]  # the store fails twice
    changed = await anext(stream)
    assert next(failures, None) is None
    assert "frame.clock" in changed
    await stream.aclose()


async def test_an_error_breaks_the_stream_and_the_next_reader_starts_anew(services: Services) -> None:
    values = LiveValues(services)
    stream = values.changes("da")
    await anext(stream)
    look = values._look

    def broken(*, with_batches: bool) -> None:
        raise ZeroDivisionError(with_batches)

    values._look = broken  # type: ignore[method-assign]  # a bug in a view
    with pytest.raises(ZeroDivisionError):
        await first(stream, 100)
    values._look = look  # type: ignore[method-assign]  # and its repair
    again = values.changes("da")
    assert (await anext(again))["machine.M2.word"] == "Sidder fast"
    await again.aclose()


async def test_a_roll_that_leaves_its_machine_is_told_once_more(migrated_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "hall.db"
    shutil.copyfile(migrated_file, file)
    with Database.open(f"sqlite:///{file}") as database:
        hall = busy_hall(database, VirtualClock())
        values = LiveValues(hall.services)
        values._readers["da"] = 1
        values._look(with_batches=True)
        assert values._keys["da"]["roll.0000010005.word"] == "Pakker"
        hall.run(MachineId("M3"), 600_000)
        values._look(with_batches=False)
        assert values._keys["da"]["roll.0000010005.word"] == "Pakket"
        assert values._keys["da"]["roll.0000010005.packed"] == "35"
        assert values._keys["da"]["machine.M3.done"] == "–"  # noqa: RUF001
        values._look(with_batches=False)
        assert "roll.0000010005.word" not in values._keys["da"]


async def test_events_are_json_objects_with_a_retry_hint(services: Services) -> None:
    class App:
        class State:
            live = LiveValues(services)

        state = State()

    request = Request({"type": "http", "app": App()})
    stream = live_module.events(request, "xx")
    event = await anext(stream)
    assert event.retry == 1_000
    assert json.loads(json.dumps(event.data))["fleet.calling"] == "4"
    assert (await anext(stream)).retry is None
    await stream.aclose()
