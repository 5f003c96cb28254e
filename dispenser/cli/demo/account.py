"""The account at the end: what the controller recorded against what really fell in every machine."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from dispenser.app.evidence import PhysicalPouch, job_of, physical_pouches
from dispenser.app.services import Services
from dispenser.cli.demo.folder import DemoFolder
from dispenser.cli.demo.processes import DemoFailedError
from dispenser.config import load
from dispenser.core.ids import MachineId, RollId
from dispenser.core.plan import Disposition
from dispenser.core.roll import HEADER_NUMBER
from dispenser.main import services_of
from labels.readback import read_back
from labels.symbol import symbol_for


@dataclass(frozen=True, slots=True)
class Account:
    """Figures of one demonstration; `citizens` have a roll, `pouches` are packed dose pouches, headers not counted."""

    citizens: int
    machines: int
    pouches: int
    void: int
    parked: int
    refused: int
    lost: int
    doubled: int
    truth_equal: bool
    labels_read_back: int
    seconds: float

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice, and the record is the truth."""
        return self.truth_equal and self.lost == 0 and self.doubled == 0 and self.labels_read_back == self.pouches

    def document(self) -> dict[str, object]:
        """Return the figures by name."""
        return asdict(self)


def account_of(folder: DemoFolder, seconds: float) -> Account:
    """Hold the controller's record against the machines' truth logs, the printed labels and what was pushed.

    Raises:
        DemoFailedError: a pushed medicine ended as neither packed, parked nor refused.
    """
    services = services_of(load(folder.config))
    try:
        truth = {machine.machine_id: _truth(folder.states, machine.machine_id) for machine in folder.machines}
        record = {name: physical_pouches(services, MachineId(name)) for name in truth}
        planned = _planned(services)
        packed = _packed_truth(services, truth)
        with services.database.read() as tx:
            lines = tx.plans.line_counts()
            rolls = [roll for batch in tx.batches.newest(100) for roll in tx.batches.rolls(batch.batch_id)]
            refused = tx.inbox.counts().get("refused", (0, 0))[1]
    finally:
        services.database.close()
    _require_every_line(folder.plans, sum(lines.values()) + refused)
    dose_pouches = {key for key in packed if key[1] != HEADER_NUMBER}
    return Account(
        citizens=len({roll.citizen_id for roll in rolls}),
        machines=len(truth),
        pouches=len(dose_pouches),
        void=sum(pouch.outcome == "void" for pouches in truth.values() for pouch in pouches),
        parked=lines.get(Disposition.PARKED, 0),
        refused=refused,
        lost=len(planned - packed.keys()),
        doubled=sum(count > 1 for count in packed.values()),
        truth_equal=all(_told(record[name]) == _told(truth[name]) for name in truth),
        labels_read_back=_read_back(services, folder, dose_pouches),
        seconds=seconds,
    )


def _require_every_line(plans: Path, accounted: int) -> None:
    bundles = [json.loads(file.read_bytes()) for file in plans.glob("*.json")]
    resources = [entry["resource"]["resourceType"] for bundle in bundles for entry in bundle["entry"]]
    pushed = resources.count("MedicationRequest")
    if pushed != accounted:
        message = f"{pushed} medicines were pushed, {accounted} are packed, parked or refused"
        raise DemoFailedError(message)


def _read_back(services: Services, folder: DemoFolder, pouches: set[tuple[str, int]]) -> int:
    """Count the packed dose pouches whose label, read out of the printed document, names exactly them."""
    wanted = {symbol_for(services.site, RollId(roll_id), number) for roll_id, number in pouches}
    read = Counter(read_back(folder.labels_pdf.read_bytes()))
    return sum(read[symbol] == 1 for symbol in wanted)


def _truth(states: Path, machine_id: str) -> tuple[PhysicalPouch, ...]:
    """Return what really fell, as the simulator's own command tells it."""
    program = Path(sys.executable).parent / "dispenser-sim"
    done = subprocess.run(  # noqa: S603 - our own program
        [program, "truth", "--state", states, "--machine", machine_id], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return tuple(
        PhysicalPouch(
            line["order"], line["pouch"], line["film"], line["outcome"], tuple(sorted(line["contents"].items()))
        )
        for line in sorted(lines, key=lambda line: line["film"])
    )


def _told(pouches: tuple[PhysicalPouch, ...]) -> list[tuple[object, ...]]:
    """What record and truth must agree on; of a void pouch only the machine knows the contents."""
    return [
        (pouch.order, pouch.pouch, pouch.film, pouch.outcome, pouch.contents if pouch.outcome == "packed" else ())
        for pouch in pouches
    ]


def _planned(services: Services) -> set[tuple[str, int]]:
    with services.database.read() as tx:
        return {
            (str(roll.roll_id), number)
            for batch in tx.batches.newest(100)
            for roll in tx.batches.load(batch.batch_id).rolls
            for number in (HEADER_NUMBER, *(pouch.number for pouch in roll.pouches))
        }


def _packed_truth(services: Services, truth: dict[str, tuple[PhysicalPouch, ...]]) -> Counter[tuple[str, int]]:
    """Count the physical pouches that were really packed, by planned pouch."""
    packed: Counter[tuple[str, int]] = Counter()
    with services.database.read() as tx:
        for machine_id, pouches in truth.items():
            rolls: dict[int, str] = {}
            for pouch in pouches:
                if pouch.outcome != "packed":
                    continue
                if pouch.order not in rolls:
                    rolls[pouch.order] = str(job_of(tx, MachineId(machine_id), pouch.order).roll_id)
                packed[rolls[pouch.order], pouch.pouch] += 1
    return packed
