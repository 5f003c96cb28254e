"""Command ids: never the same one twice under an epoch, not even one whose command is still on its way."""

import json

from hal.documents import status_of
from hal.drivers.counter import Counter
from hal.status import MachineStatus


def status(epoch: int, command: int) -> MachineStatus:
    mark = {"boot_id": "", "seq": 0, "head": ""}
    named = {"state": "Idle", "boot_id": "b", "journal_head": "", "acknowledged": mark}
    counts = dict.fromkeys(("last_seq", "high_water", "film", "pouches_per_minute"), 0)
    lists: dict[str, list[object]] = {"orders": [], "alarms": [], "consumables": []}
    return status_of(json.dumps({**named, **counts, **lists, "epoch": epoch, "mode": 1, "command": command}))


def test_it_counts_on_from_the_machine() -> None:
    assert Counter(3, status(3, 7)).take() == 8
    assert Counter(3, status(2, 7)).take() == 1


def test_an_id_that_the_machine_has_not_seen_yet_is_not_given_again() -> None:
    first = Counter(3, status(3, 4))
    on_its_way = first.take()
    again = Counter(3, status(3, 4), first)
    assert again.take() > on_its_way
    assert Counter(4, status(4, 0), again).take() == 1
    assert Counter(3, status(3, 90), first).take() == 91
