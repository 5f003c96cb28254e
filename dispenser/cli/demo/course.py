"""The course of a demonstration, step by step, every step through an interface that a user has."""

import time
from datetime import UTC, datetime

import httpx2
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dispenser.cli.demo.fills import write_lists
from dispenser.cli.demo.folder import DemoFolder
from dispenser.cli.demo.processes import DemoFailedError, Processes
from dispenser.cli.push import deliver, told

CONTROLLER = "controller"
GROUP = "hjemmepleje-nord"
PHARMACIST = "Demo Farmaceut"
CLOSER = "Demo Souschef"
"""Who closes a batch must be another pharmacist than who released it."""
TECHNICIAN = "Demo Farmakonom"
SECOND = "Demo Kontrollant"
_REFILLS = 2
_CITIZENS_PER_REFILL = 500
"""Of the commonest medicine a machine goes through a canister for about so many."""
_READY_SECONDS = 60.0
_PACK_SECONDS = 600.0
_LOOK_SECONDS = 0.25
_BAD_BUNDLES = 6


class Course:
    """Runs the steps in order; each leaves its trace in the folder."""

    def __init__(self, folder: DemoFolder, processes: Processes, console: Console) -> None:
        """Prepare; nothing runs before `run`."""
        self._folder = folder
        self._processes = processes
        self._console = console

    def run(self, citizens: int) -> None:
        """Go from nothing to a packed, proven and closed batch with its papers.

        Raises:
            DemoFailedError: a step failed; nothing is hidden.
        """
        batch_id = self.run_to_release(citizens)
        with self._client() as client:
            self._pack(client, batch_id)
        self.close(batch_id)
        self.fetch_papers(batch_id)

    def run_to_release(self, citizens: int) -> str:
        """Go from nothing to a batch that the machines are packing; return its id.

        Raises:
            DemoFailedError: a step failed.
        """
        self._start()
        self._fill(citizens)
        self._push(citizens)
        with self._client() as client:
            batch_id = self._plan(client)
        self._release(batch_id)
        return batch_id

    def close(self, batch_id: str) -> None:
        """Prove the packed batch, and have another pharmacist close it.

        Raises:
            DemoFailedError: the accounts do not agree, or the batch cannot be closed.
        """
        since = time.monotonic()
        self._processes.run(
            "dispenser", "batch", "close", batch_id, "--who", CLOSER, "--config", str(self._folder.config)
        )
        self._console.print(
            f"Every dose of batch {batch_id} proven by plan, pouches, labels and machines in "
            f"{time.monotonic() - since:.1f} s, and closed by {CLOSER}."
        )

    def fetch_papers(self, batch_id: str) -> None:
        """Download the labels and the record of a batch, as a pharmacist would from the panel."""
        with self._client() as client:
            for path, to in (("labels.pdf", self._folder.labels_pdf), ("record.pdf", self._folder.record_pdf)):
                to.write_bytes(client.get(f"/batches/{batch_id}/{path}").raise_for_status().content)

    def start_machine(self, machine_id: str) -> None:
        """Switch a simulated machine on; it goes on from its memory."""
        options = ("--machine", machine_id, "--state", str(self._folder.states), "--speed", str(self._folder.speed))
        self._processes.start(machine_id, "dispenser-sim", "run", str(self._folder.fleet), *options)

    def start_controller(self) -> None:
        """Start the controller; it goes on from its database."""
        self._processes.start(CONTROLLER, "dispenser", "serve", "--config", str(self._folder.config))

    def _client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self._folder.url, timeout=60.0)

    def _start(self) -> None:
        folder = self._folder
        self._console.print(f"Starting {len(folder.machines)} simulated machines, {folder.speed} times real speed ...")
        for machine in folder.machines:
            self.start_machine(machine.machine_id)
        for machine in folder.machines:
            self._processes.await_line(machine.machine_id, "ready", _READY_SECONDS)
            self._console.print(f"  {machine.machine_id}: {machine.uri}")
        self.start_controller()
        self._processes.await_line(CONTROLLER, "panel on", _READY_SECONDS)
        self._console.print(f"Controller and panel: [bold]{folder.url}[/]")

    def _fill(self, citizens: int) -> None:
        """Register what is in the canisters, and what they will be refilled with: the technician is simulated too."""
        folder = self._folder
        lists = write_lists(folder, _REFILLS + citizens // _CITIZENS_PER_REFILL)
        who = ("--who", TECHNICIAN, "--second", SECOND, "--config", str(folder.config))
        self._console.print("Scanning the packs in every canister and in the hand stock ...")
        self._processes.run("dispenser", "refill", "gtin", "--csv", str(lists.gtins), *who)
        self._processes.run("dispenser", "refill", "register", "--csv", str(lists.canisters), *who)
        self._processes.run("dispenser", "refill", "hand", "--csv", str(lists.hand), *who)

    def _push(self, citizens: int) -> None:
        folder = self._folder
        options = ("--citizens", str(citizens), "--bad", str(_BAD_BUNDLES), "--seed", str(folder.seed))
        where = ("--products", str(folder.products), "--out", str(folder.plans), "--group", GROUP)
        self._processes.run("dispenser-sim", "plans", *options, "--from", folder.first.isoformat(), *where)
        self._console.print(f"Pushing medication plans of {citizens} citizens as FHIR bundles ...")
        for line in told(deliver([folder.plans], folder.url, self._console)):
            self._console.print(line, highlight=False)

    def _plan(self, client: httpx2.Client) -> str:
        folder = self._folder
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        options = ("--group", GROUP, "--first", folder.first.isoformat(), "--deadline", now)
        self._processes.run("dispenser", "period", "open", *options, "--config", str(folder.config))
        self._console.print("The period's deadline has passed; the controller plans the batch ...")
        until = time.monotonic() + _READY_SECONDS
        while time.monotonic() < until:
            batches = client.get("/api/batches").raise_for_status().json()["batches"]
            if batches:
                return str(batches[0]["record"]["batch_id"])
            self._processes.require(CONTROLLER)
            time.sleep(_LOOK_SECONDS)
        message = f"no batch was planned; log: {self._processes.log('controller')}"
        raise DemoFailedError(message)

    def _release(self, batch_id: str) -> None:
        self._processes.run(
            "dispenser", "batch", "release", batch_id, "--who", PHARMACIST, "--config", str(self._folder.config)
        )
        self._console.print(f"Batch {batch_id} released by {PHARMACIST}.")

    def _pack(self, client: httpx2.Client, batch_id: str) -> None:
        columns = (TextColumn("packing pouches"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        until = time.monotonic() + _PACK_SECONDS
        with Progress(*columns, console=self._console, disable=self._console.quiet) as progress:
            task = progress.add_task("packing")
            while time.monotonic() < until:
                batch = client.get(f"/api/batches/{batch_id}").raise_for_status().json()
                progress.update(task, total=batch["record"]["pouches"], completed=batch["progress"]["packed"])
                if batch["record"]["state"] == "packed":
                    return
                for name in (CONTROLLER, *(machine.machine_id for machine in self._folder.machines)):
                    self._processes.require(name)
                time.sleep(_LOOK_SECONDS)
        message = f"batch {batch_id} was not packed within {_PACK_SECONDS:.0f} s"
        raise DemoFailedError(message)
