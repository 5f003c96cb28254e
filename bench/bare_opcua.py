"""What a plain client does to follow machines: ten variables and the journal once a second, and a doorbell.

Usage: bare_opcua.py SECONDS URI...; says `ready`, then one line of JSON. It checks nothing and keeps nothing.
"""

import asyncio
import json
import sys
import time

from asyncua import Client, ua

OWN = "urn:dosisfleet:pouchpacker:1"
PACKML = "http://opcfoundation.org/UA/PackML/"
STATUS = ("UnitModeCurrent", "CurMachSpeed", "MachSpeed", "EquipmentBlocked", "EquipmentStarved")
MACHINES = ("BaseStateMachine", "BaseStateMachine/MachineState", "BaseStateMachine/MachineState/ExecuteState")


class Listener:
    """Takes notifications and does nothing with them."""

    def datachange_notification(self, *_: object) -> None:
        """Take a value."""


class Machine:
    """One machine that is listened to."""

    def __init__(self, uri: str) -> None:
        self.client = Client(uri)
        self.entries = 0

    async def open(self) -> None:
        """Connect and subscribe."""
        await self.client.connect()
        own = await self.client.get_namespace_index(OWN)
        packml = await self.client.get_namespace_index(PACKML)
        root = await self.client.nodes.objects.get_child(f"{own}:DosePacker")
        paths = [f"{packml}:Status/{packml}:{name}" for name in STATUS]
        paths += ["/".join([*(f"{packml}:{part}" for part in one.split("/")), "0:CurrentState"]) for one in MACHINES]
        paths += [f"{packml}:Admin/{packml}:MachDesignSpeed"]
        nodes = [await root.get_child(path.split("/")) for path in paths]
        self.nodes = [*nodes, await root.get_child(f"{own}:MachineStatus")]
        fast = await self.client.create_subscription(400, Listener())
        await fast.subscribe_data_change(await root.get_child(f"{own}:LastSeq"), queuesize=1)
        self.journal = await root.get_child(f"{own}:Journal")
        self.read = await self.journal.get_child(f"{own}:Read")
        self.boot, self.seq = "", 0
        while await self.page(1_000):
            pass
        self.entries = 0

    async def page(self, limit: int) -> int:
        """Read on in the journal; return how many entries there were."""
        texts = await self.journal.call_method(
            self.read.nodeid,
            ua.Variant(self.boot, ua.VariantType.String),
            ua.Variant(self.seq, ua.VariantType.UInt64),
            ua.Variant(limit, ua.VariantType.UInt32),
        )
        for text in texts or ():
            newest = json.loads(text)
            self.boot, self.seq = newest["boot"], newest["seq"]
        self.entries += len(texts or ())
        return len(texts or ())

    async def listen(self, until: float) -> None:
        """Read variables and journal once a second."""
        while time.monotonic() < until:
            await asyncio.sleep(1.0)
            await self.client.read_values(self.nodes)
            await self.page(500)


async def main(seconds: float, uris: list[str]) -> None:
    """Listen to all machines for so long."""
    machines = [Machine(uri) for uri in uris]
    for machine in machines:
        await machine.open()
    print("ready", flush=True)
    cpu, began = time.process_time(), time.monotonic()
    await asyncio.gather(*(machine.listen(began + seconds) for machine in machines))
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
