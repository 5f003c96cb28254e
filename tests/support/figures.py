"""Counting what goes wrong in very many pouches, as a study of a packing pharmacy does."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from hal.orders import BayPick, PackingOrder, PouchOrder, digest_of, document_of
from simulator import capabilities
from simulator.dice import Dice
from simulator.faults import PROFILES, PillFault
from simulator.inspection import REJECT, verdict
from simulator.machine import Machine
from simulator.spec import BaySpec, MachineSpec

ROUND = 20_000
"""Pouches of one machine; its whole journal is in the memory of the process."""
WRONG = {fault.value for fault in PillFault} - {PillFault.SENSOR.value} | {"jumped_in"}
"""What makes a pouch wrong before anything is checked, the wheel's own second try included."""
_FOUR_OF = 20
_FOURS = 7
"""7 of 20 pouches hold four tablets, the others three: 3.35 in the mean."""


@dataclass(slots=True)
class Figures:
    """Films by what became of them; `tablets` as ordered for them.

    `wrong` were wrong before any check, `missed` of them a camera alone would pass; `seen_wrong` and `seen_right` came
    before the camera, `rejected_wrong` and `rejected_right` were rejected; `packed_wrong` of the `packed` are wrong.
    """

    films: int = 0
    tablets: int = 0
    wrong: int = 0
    missed: int = 0
    seen_wrong: int = 0
    seen_right: int = 0
    rejected_wrong: int = 0
    rejected_right: int = 0
    packed: int = 0
    packed_wrong: int = 0


def interval(count: int, trials: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share (Wilson 1927)."""
    z, share = 1.96, count / trials
    middle = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return (middle - spread) / (1 + z * z / trials), (middle + spread) / (1 + z * z / trials)


class _Counting:
    """A memory that counts and keeps nothing."""

    def __init__(self, figures: Figures, seed: int) -> None:
        self._figures = figures
        self._profile, self._dice = PROFILES["nominal"], Dice(seed)
        self._result = ""

    def read(self) -> Sequence[str]:
        return ()

    def append(self, lines: Sequence[str]) -> None:
        for line in lines:
            if '"kind":"Inspected"' in line:
                self._result = json.loads(line)["entry"]["fields"]["result"]
            elif '"kind":"PouchStarted"' in line:
                self._result = ""
            elif '"truth":' in line:
                self._count(json.loads(line)["truth"])

    def _count(self, truth: dict[str, object]) -> None:
        figures, faults, contents = self._figures, truth["faults"], truth["contents"]
        assert isinstance(faults, list)
        assert isinstance(contents, dict)
        wanted = ordered_units(int(str(truth["pouch"])))
        is_right = contents == {f"2810000000{bay}": 4 * units for bay, units in wanted.items()}
        figures.films += 1
        figures.tablets += sum(wanted.values())
        if WRONG.intersection(faults):
            figures.wrong += 1
            figures.missed += verdict(self._profile, self._dice, int(str(truth["film"])), right=False) != REJECT
        if self._result:
            is_rejected = self._result == REJECT
            figures.seen_right += is_right
            figures.seen_wrong += not is_right
            figures.rejected_right += is_right and is_rejected
            figures.rejected_wrong += is_rejected and not is_right
        if truth["outcome"] == "packed":
            figures.packed += 1
            figures.packed_wrong += not is_right


def ordered_units(pouch: int) -> dict[int, int]:
    """Return how many tablets a pouch shall hold, by bay."""
    return {1: 1, 2: 1, 3: 2 if pouch % _FOUR_OF < _FOURS else 1}


def measure(pouches: int, seed: int) -> Figures:
    """Pack so many pouches under the profile nominal and count."""
    figures = Figures()
    for chance in range(seed, seed + math.ceil(pouches / ROUND)):
        _pack(min(ROUND, pouches - figures.packed), chance, figures)
    return figures


def _pack(pouches: int, seed: int, figures: Figures) -> None:
    bays = tuple(BaySpec(bay, f"K{bay}", f"F{bay}", f"2810000000{bay}", 10**6) for bay in (1, 2, 3))
    spec = MachineSpec("figures", bays, profile="nominal", seed=seed, warm_up_ms=0, film_metres=0, ribbon_prints=0)
    machine = Machine(spec, _Counting(figures, seed))
    digest, goal, number = capabilities.digest(spec), figures.packed + pouches, 0
    while figures.packed < goal:
        number += 1
        tags = {bay: f"F{bay}" for bay in (1, 2, 3)}
        wanted = min(spec.order_pouches, goal - figures.packed)
        made = tuple(
            PouchOrder(
                one,
                f"S{one}",
                ("line",),
                tuple(
                    BayPick(bay, f"K{bay}", tags[bay], f"2810000000{bay}", units)
                    for bay, units in ordered_units(one).items()
                ),
            )
            for one in range(wanted)
        )
        order = PackingOrder(f"o{number}", number, 1, digest, made)
        answer = machine.store(document_of(order), digest_of(order))
        assert answer.ok, answer
        assert machine.start(1, number, number).ok
        while any(one["state"] != "ended" for one in machine.status_document()["orders"][-1:]):  # type: ignore[index]  # a list
            wake = machine.next_wake_ms()
            assert wake is not None
            machine.advance(max(wake, machine.now_ms + 60_000))
