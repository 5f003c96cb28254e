"""What the driver remembers for its machine, when the computer ends in the middle of writing it down."""

from dataclasses import replace
from pathlib import Path

from hal.drivers.unit.folder import NAME, Folder
from hal.drivers.unit.memory import Fact, Memory
from hal.orders import PackingOrder, PouchOrder
from hal.status import OrderState
from hal.wire import words
from tests.support.unit_bench import Clock

ORDER = PackingOrder("o", 1, 1, "", (PouchOrder(1, "S", ("line",), ()),))


def begun(path: Path) -> Memory:
    """A memory with a pouch in work."""
    memory = Memory(Folder(path), Clock())
    memory.boot("boot-1")
    memory.load(replace(ORDER))
    memory.write(
        [
            memory.moved(memory.orders[1].status, OrderState.RUNNING),
            Fact(words.POUCH_STARTED, 1, 1, {"film": 1}),
        ]
    )
    return memory


def test_a_void_pouch_always_has_its_mark_wherever_the_writing_ends(tmp_path: Path) -> None:
    memory = begun(tmp_path / "whole")
    path = tmp_path / "whole" / NAME
    before = path.stat().st_size
    memory.write([*memory.void("stopped"), *memory.interruptions()], owes_mark=True)
    content = path.read_bytes()
    for at in range(before, len(content) + 1):
        torn = tmp_path / str(at)
        torn.mkdir()
        (torn / NAME).write_bytes(content[:at])
        folder = Folder(torn)
        again = Memory(folder, Clock())
        assert again.owes_mark or again.open_pouch is not None
        again.boot("boot-2")
        assert again.owes_mark
        assert again.open_pouch is None
        folder.close()
