"""What a plain client does to follow machines.

For each of them it

* reads ten variables once a second, with one request: nine of PackML and the machine's status document, as it stands;
* subscribes to the doorbell, at a publishing interval of one second;
* when the bell has rung, at most once a second, reads the journal on to its end, decodes every entry, and keeps the
  newest of each pouch in a dict.

It checks nothing, writes nothing, sends nothing. The library's own watchdog asks for the server's state every second.

Usage: bare_opcua.py SECONDS URI...; says `ready`, then one line of JSON.
"""

import asyncio
import json
import sys
import time

from asyncua import Client, ua  # type: ignore[attr-defined]  # as its own examples do

OWN = "urn:dosisfleet:pouchpacker:1"
PACKML = "http://opcfoundation.org/UA/PackML/"
STATUS = ("UnitModeCurrent", "CurMachSpeed", "MachSpeed", "EquipmentBlocked", "EquipmentStarved")
MACHINES = ("BaseStateMachine", "BaseStateMachine/MachineState", "BaseStateMachine/MachineState/ExecuteState")
PAGE = 500


class Machine:
    """One machine that is followed."""

    def __init__(self, uri: str) -> None:
        # Machines that share a computer with both clients may be slow to answer.
        self.client = Client(uri, timeout=30)
        self.entries = 0
        self.rung = False
        self.pouches: dict[tuple[int, int], object] = {}
        """The newest entry about each pouch, by order number and pouch."""

    def datachange_notification(self, *_: object) -> None:
        """Take the doorbell's ring."""
        self.rung = True

    def status_change_notification(self, *_: object) -> None:
        """Take the word that the subscription has ended."""
        raise ConnectionError("the doorbell is gone")

    async def open(self) -> None:
        """Connect, subscribe, and read what there is so far."""
        await self.client.connect()
        own = await self.client.get_namespace_index(OWN)
        packml = await self.client.get_namespace_index(PACKML)
        root = await self.client.nodes.objects.get_child(f"{own}:DosePacker")
        paths = [f"{packml}:Status/{packml}:{name}" for name in STATUS]
        paths += ["/".join([*(f"{packml}:{part}" for part in one.split("/")), "0:CurrentState"]) for one in MACHINES]
        paths += [f"{packml}:Admin/{packml}:MachDesignSpeed"]
        nodes = [await root.get_child(path.split("/")) for path in paths]
        self.nodes = [*nodes, await root.get_child(f"{own}:MachineStatus")]
        bell = await self.client.create_subscription(1_000, self)
        await bell.subscribe_data_change(await root.get_child(f"{own}:LastSeq"), queuesize=1)
        self.journal = await root.get_child(f"{own}:Journal")
        self.read = await self.journal.get_child(f"{own}:Read")
        self.boot, self.seq = "", 0
        await self.read_on()
        self.entries = 0

    async def read_on(self) -> None:
        """Read the journal on to its end."""
        while await self._page() == PAGE:
            pass

    async def _page(self) -> int:
        texts = await self.journal.call_method(
            self.read.nodeid,
            ua.Variant(self.boot, ua.VariantType.String),
            ua.Variant(self.seq, ua.VariantType.UInt64),
            ua.Variant(PAGE, ua.VariantType.UInt32),
        )
        for text in texts or ():
            entry = json.loads(text)
            self.boot, self.seq = entry["boot"], entry["seq"]
            self.pouches[entry["order"], entry["pouch"]] = entry
        self.entries += len(texts or ())
        return len(texts or ())

    async def follow(self, until: float) -> None:
        """Follow the machine for so long."""
        while time.monotonic() < until:
            await asyncio.sleep(1.0)
            await self.client.read_values(self.nodes)
            if self.rung:
                self.rung = False
                await self.read_on()


async def main(seconds: float, uris: list[str]) -> None:
    """Follow all machines for so long."""
    machines = [Machine(uri) for uri in uris]
    for machine in machines:
        await machine.open()
    print("ready", flush=True)
    cpu, began = time.process_time(), time.monotonic()
    await asyncio.gather(*(machine.follow(began + seconds) for machine in machines))
    told = {
        "cpu": time.process_time() - cpu,
        "seconds": time.monotonic() - began,
        "entries": sum(machine.entries for machine in machines),
    }
    print(json.dumps(told), flush=True)
    for machine in machines:
        await machine.client.disconnect()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), sys.argv[2:]))
