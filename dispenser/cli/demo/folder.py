"""Files of a demonstration: settings, fleet, products, and where everything goes."""

import csv
import json
import socket
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dispenser.core.product import Catalogue, Partable, Product
from pharmacy_sync.catalogue.demo import load_demo

_PARTS = {Partable.INDIVISIBLE: "none", Partable.HALVES: "halves", Partable.QUARTERS: "quarters"}
_LARGE_BAYS = 96
_SMALL_BAYS = 60
UNITS_IN_CANISTER = 5_000
_FASTEST_TIMERS = 0.03


@dataclass(frozen=True, slots=True)
class DemoMachine:
    """One simulated machine: its id, its wire, where it listens, and where the controller finds it."""

    machine_id: str
    wire: str
    where: str
    uri: str
    bays: int


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Everything a demonstration writes, under `root`."""

    root: Path
    first: date
    seed: int
    port: int
    machines: tuple[DemoMachine, ...]
    speed: int

    @classmethod
    def create(cls, root: Path, *, first: date, seed: int, port: int, speed: int) -> "DemoFolder":
        """Write settings, fleet and products under `root`; port 0 takes a free one; `speed` times real time."""
        ports = _free_ports(3)
        tty = root.resolve() / "tty"
        tty.mkdir(parents=True)
        machines = (
            _opcua("packer-1", ports[0], _LARGE_BAYS),
            _opcua("packer-2", ports[1], _LARGE_BAYS),
            _serial("packer-3", tty / "packer-3", speed),
            _serial("packer-4", tty / "packer-4", speed),
        )
        folder = cls(root.resolve(), first, seed, port or ports[2], machines, speed)
        catalogue = load_demo()
        folder.config.write_text(folder._config_text(), encoding="utf-8")
        folder.fleet.write_text(folder._fleet_text(catalogue), encoding="utf-8")
        _write_products(folder.products, catalogue)
        return folder

    @property
    def config(self) -> Path:
        """Settings of the controller."""
        return self.root / "dispenser.toml"

    @property
    def fleet(self) -> Path:
        """Machines of the simulator."""
        return self.root / "fleet.toml"

    @property
    def products(self) -> Path:
        """Products that the simulated home care may order."""
        return self.root / "products.csv"

    @property
    def plans(self) -> Path:
        """Folder of pushed bundles."""
        return self.root / "plans"

    @property
    def states(self) -> Path:
        """Memory of the simulated machines, their truth included."""
        return self.root / "machines"

    @property
    def labels_pdf(self) -> Path:
        """Labels of the batch."""
        return self.root / "labels.pdf"

    @property
    def record_pdf(self) -> Path:
        """Record of the batch."""
        return self.root / "batch-record.pdf"

    @property
    def url(self) -> str:
        """Where panel and API answer."""
        return f"http://127.0.0.1:{self.port}"

    def _config_text(self) -> str:
        lines = [
            f"database = {json.dumps(f'sqlite:///{self.root}/dispenser.db')}",
            "demonstration_rules = true",
            "deadline_check_seconds = 1",
            "[site]",
            'name = "Demoapoteket"',
            "[server]",
            f"port = {self.port}",
        ]
        for machine in self.machines:
            lines += ["[[machines]]", f'id = "{machine.machine_id}"', f"uri = {json.dumps(machine.uri)}"]
        return "\n".join(lines) + "\n"

    def _fleet_text(self, catalogue: Catalogue) -> str:
        lines: list[str] = []
        for place, machine in enumerate(self.machines):
            lines += [
                "[[machine]]",
                f'id = "{machine.machine_id}"',
                f'wire = "{machine.wire}"',
                f"where = {json.dumps(machine.where)}",
                f"seed = {self.seed * 1_000 + place}",
                "baud = 115200",
                'profile = "visible"',
            ]
            for bay, (canister, product) in enumerate(canisters_of(place, machine, catalogue), start=1):
                lines += [
                    "[[machine.bay]]",
                    f"number = {bay}",
                    f'canister = "{canister}"',
                    f'fill = "{canister}-1"',
                    f'product = "{product.product_id}"',
                    f"units = {UNITS_IN_CANISTER}",
                ]
        return "\n".join(lines) + "\n"


def canisters_of(place: int, machine: DemoMachine, catalogue: Catalogue) -> list[tuple[str, Product]]:
    """Return the canister in each bay of the machine at `place`, from bay 1, and what is in it.

    They hold what is commonest in the catalogue's order; what finds no bay is packed from the tray.
    """
    fitting = [product for product in catalogue.products.values() if _canister_fits(product)]
    return [(f"K{place + 1}-{bay:03d}", product) for bay, product in enumerate(fitting[: machine.bays], start=1)]


def _canister_fits(product: Product) -> bool:
    return product.dispensable and product.solid_oral and not product.tray_only


def _opcua(machine_id: str, port: int, bays: int) -> DemoMachine:
    endpoint = f"opc.tcp://127.0.0.1:{port}/"
    return DemoMachine(machine_id, "opcua", endpoint, endpoint, bays)


def _serial(machine_id: str, link: Path, speed: int) -> DemoMachine:
    # The line's timers run as fast as the machine's time does, but never so fast that a busy host misses them.
    uri = f"pplis://{link}?baud=115200&timers={max(1 / speed, _FASTEST_TIMERS):.6f}"
    return DemoMachine(machine_id, "serial", f"pty:{link}", uri, _SMALL_BAYS)


def _write_products(file: Path, catalogue: Catalogue) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("product_id", "unit", "partable", "name"))
        for product in catalogue.products.values():
            if product.dispensable and product.solid_oral:
                writer.writerow(
                    (
                        product.product_id,
                        product.units[0],
                        _PARTS[product.partable],
                        f"{product.name} {product.strength}",
                    )
                )


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
