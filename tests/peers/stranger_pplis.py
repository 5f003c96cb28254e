"""A pouch packer on a TCP port, written from docs/reference/pp-lis.md alone and with the standard library alone.

It packs in no time and never wrong: only what goes over the line matters here.
"""

import asyncio
import json
import time
from typing import Any

from tests.peers.stranger_lis import AT, BOOT, Line, Records, canonical, sha


class Packer:
    """What the machine knows; everything here stands in the page."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.heads = [""]
        self.orders: dict[int, dict[str, Any]] = {}
        self.epoch = self.command = self.film = 0
        self.answer: list[str] = ["OK"]
        self.mark = {"boot_id": "", "seq": 0, "head": ""}
        self.bay = {"number": 1, "canister": "C1", "fill": "F1", "product": "28100000101", "units": 500}
        self.note("PowerUp", film=0)

    def note(self, kind: str, order: int = -1, pouch: int = -1, **fields: object) -> None:
        document = {"boot": BOOT, "boot_number": 1, "seq": len(self.entries) + 1, "at": AT, "kind": kind}
        entry = canonical({**document, "order": order, "pouch": pouch, "fields": fields})
        self.entries.append(entry)
        self.heads.append(sha(f"{self.heads[-1]}\n{entry}"))

    def capabilities(self) -> dict[str, object]:
        texts = dict.fromkeys(("vendor", "model", "serial_number", "firmware"), "stranger")
        unknown = (
            "pouch_volume_mm3",
            "print_columns",
            "pouch_width_mm",
            "pitch_least_mm",
            "pitch_most_mm",
            "print_dpi",
        )
        unknown += ("label_width_mm", "label_height_mm", "symbol_characters", "film_bits", "warm_up_seconds")
        unknown += ("camera_sensitivity_ppm", "camera_specificity_ppm", "tray_cells")
        flags = ("journal", "idempotent_load", "encoder", "tablet_counter", "reject_gate", "camera")
        lists: dict[str, list[object]] = {
            "bay_models": [],
            "consumables": [],
            "alarms": [],
            "cell_quarters": [0],
            "modes": [1],
        }
        limits = {"contract": 2, "bays": 1, "pouch_units": 8, "print_lines": 20, "order_pouches": 100, "queue_depth": 4}
        limits |= {"journal_depth": 100_000, "design_pouches_per_minute": 60, "answer_seconds": 5}
        kept = {"charset": "utf-8", "journal_keeper": "machine"}
        return {**texts, **dict.fromkeys(unknown, 0), **dict.fromkeys(flags, True), **lists, **limits, **kept}

    def status(self) -> dict[str, object]:
        orders = [
            {"number": number, "order_id": one["order"]["order_id"], "digest": one["digest"], "state": one["state"]}
            | {"closed": len(one["order"]["pouches"]) if one["state"] == "ended" else 0}
            for number, one in self.orders.items()
        ]
        place = {
            "boot_id": BOOT,
            "last_seq": len(self.entries),
            "journal_head": self.heads[-1],
            "acknowledged": self.mark,
        }
        counts = {"high_water": max(self.orders, default=0), "film": self.film, "pouches_per_minute": 60, "mode": 1}
        lists: dict[str, object] = {"orders": orders, "alarms": [], "consumables": []}
        return {
            "state": "Idle",
            "acknowledged": self.mark,
            "epoch": self.epoch,
            "command": self.command,
            **place,
            **counts,
            **lists,
        }

    def asked(self, kind: str, message_id: str, body: Records) -> Records:
        fields = body[0][1:] if body else []
        more: Records = []
        said = ["OK"]
        match kind:
            case "ABOUT":
                more = [["K", canonical(self.capabilities())]]
            case "HELLO":
                said = self.fenced(int(fields[1]))
                more = [["K", canonical(self.capabilities())]]
            case "STATUS":
                more = [["S", canonical(self.status())]]
            case "BAYS":
                more = [["B", *(str(one) for one in self.bay.values())]]
            case "LOAD":
                said = self.load(fields[0], "".join(record[1] for record in body[1:]))
            case "START" | "PAUSE" | "STOP":
                said = self.commanded(kind, [int(field) for field in fields])
            case "JOURNAL":
                first = int(fields[1]) if fields[0] == BOOT else 0
                more = [["E", entry] for entry in self.entries[first : first + min(int(fields[2]), 1_000)]]
            case "ACKNOWLEDGE":
                said = self.acknowledge(int(fields[0]), fields[1], int(fields[2]), fields[3])
            case _:
                said = ["REFUSED", "BAD_DOCUMENT", f"no kind {kind}"]
        return [["A", message_id, *said], *(more if said == ["OK"] else [])]

    def fenced(self, epoch: int) -> list[str]:
        if epoch < self.epoch:
            return ["REFUSED", "FENCED", f"epoch {self.epoch} has been seen"]
        if epoch > self.epoch:
            self.epoch, self.command = epoch, 0
        return ["OK"]

    def load(self, digest: str, document: str) -> list[str]:
        order = json.loads(document)
        if sha(document) != digest or canonical(order) != document:
            return ["REFUSED", "BAD_DOCUMENT", "the digest is not the document's"]
        said, number = self.fenced(order["epoch"]), order["number"]
        if said != ["OK"]:
            return said
        if number in self.orders:
            same = self.orders[number]["digest"] == digest
            return ["OK"] if same else ["REFUSED", "CONFLICT", f"order {number} is another one"]
        if number <= max(self.orders, default=0):
            return ["REFUSED", "STALE_JOB", f"order {number} comes too late"]
        if order["capabilities"] != sha(canonical(self.capabilities())):
            return ["REFUSED", "WRONG_CAPABILITIES", "of another machine"]
        self.orders[number] = {"order": order, "digest": digest, "state": "loaded"}
        self.note("OrderChanged", number, state="loaded", closed=0)
        return ["OK"]

    def commanded(self, kind: str, fields: list[int]) -> list[str]:
        epoch, command, *number = fields
        said = self.fenced(epoch)
        if said != ["OK"]:
            return said
        if command < self.command:
            return ["REFUSED", "STALE_COMMAND", f"command {self.command} has been seen"]
        if command > self.command:
            self.command = command
            self.answer = self.start(number[0]) if kind == "START" else ["OK"]
        return self.answer

    def start(self, number: int) -> list[str]:
        one = self.orders.get(number)
        if one is None:
            return ["REFUSED", "UNKNOWN_ORDER", f"no order {number}"]
        if one["state"] == "loaded":
            one["state"] = "ended"
            for pouch in one["order"]["pouches"]:
                self.pack(number, pouch)
            self.note("OrderChanged", number, state="ended", closed=len(one["order"]["pouches"]))
        return ["OK"]

    def pack(self, number: int, pouch: dict[str, Any]) -> None:
        self.film += 1
        place, film = (number, pouch["number"]), self.film
        self.note("PouchStarted", *place, film=film)
        for pick in pouch["picks"]:
            units = pick["units"]
            self.bay["units"] = int(str(self.bay["units"])) - units
            known = {name: pick[name] for name in ("bay", "canister", "fill", "product")}
            self.note("Dropped", *place, **known, commanded=units, counted=units, ms=30)
        self.note("Sealed", *place, film=film, temperature_dc=1450)
        self.note("Printed", *place, film=film, digest=sha("\n".join([pouch["symbol"], *pouch["lines"]])))
        self.note("Inspected", *place, film=film, result="pass", read=pouch["symbol"])
        self.note("PouchClosed", *place, film=film, outcome="packed", reason="")

    def acknowledge(self, epoch: int, boot: str, seq: int, head: str) -> list[str]:
        said = self.fenced(epoch)
        if said != ["OK"]:
            return said
        known = (boot, seq) == ("", 0) or (boot == BOOT and 0 < seq <= len(self.entries))
        if not known or self.heads[seq] != head:
            return ["REFUSED", "WRONG_HEAD", f"not the chain at {boot} {seq}"]
        if seq > int(str(self.mark["seq"])):
            self.mark = {"boot_id": boot, "seq": seq, "head": head}
        return ["OK"]


class Port(asyncio.Protocol):
    """One host at a time."""

    taken = False

    def __init__(self, packer: Packer) -> None:
        self.packer = packer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.line = Line(transport.write, self.packer.asked)
        self.told = len(self.packer.entries)
        self.timer = asyncio.get_running_loop().call_later(0.03, self.ring)

    def data_received(self, data: bytes) -> None:
        self.line.heard(data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.timer.cancel()

    def ring(self) -> None:
        line, now = self.line, time.monotonic()
        news = len(self.packer.entries) > self.told and now - line.rung_at > 0.03
        if line.state == "neutral" and not line.queue and (news or now - line.rung_at > 4):
            self.told, line.rung_at = len(self.packer.entries), now
            line.say("BELL", "host", [["N", str(self.told)]])
        self.timer = asyncio.get_running_loop().call_later(0.03, self.ring)
