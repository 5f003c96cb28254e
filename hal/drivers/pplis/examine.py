"""What stands at the end of a serial line: two questions that take no lease and move nothing, and what comes back."""

import re
import secrets
from typing import Final

from hal.clock import Clock
from hal.documents import CONTRACT, capabilities_of, status_of
from hal.driver import Surroundings
from hal.drivers.pplis import points
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.answers import accept, only
from hal.drivers.pplis.line import Line
from hal.drivers.pplis.records import Message, encode
from hal.drivers.pplis.timers import LinkTimers
from hal.errors import MachineError, OutcomeUnknownError, ProtocolViolationError, RefusedError
from hal.examination import Examination, Point
from hal.status import Capabilities, MachineStatus
from hal.transport.serial import Opener, open_line
from hal.wire import pplis

_ENQ: Final = bytes([pplis.ENQ])
_EOT: Final = bytes([pplis.EOT])
_ANSWER_SECONDS: Final = 2.0
_LISTEN_SECONDS: Final = pplis.HEARTBEAT_SECONDS + 1.0
"""A machine that hears nothing of us rings at least this often."""
_STEP_SECONDS: Final = 0.05
_SHOWN_CHARACTERS: Final = 40
_POUCH_BYTES: Final = 2_400
_BITS_PER_BYTE: Final = 10
_TEXT: Final = re.compile(rb"[\x20-\x7e\r\n\t]+\Z")
_LINK_BYTES: Final = frozenset({pplis.ENQ, pplis.ACK, pplis.NAK})


async def examine(uri: str, surroundings: Surroundings, opener: Opener = open_line) -> Examination:
    """Return what stands at `uri` and what it lacks; takes no lease and moves nothing."""
    try:
        address = Address.parse(uri)
    except ValueError as error:
        return Examination(uri, False, None, None, (points.seen(points.ADDRESS, str(error), fulfilled=False),))  # noqa: FBT003
    work = _Work(address, surroundings.clock, opener)
    await work.look()
    return Examination(uri, work.reached, work.capabilities, work.status, tuple(work.points))


class _Work:
    def __init__(self, address: Address, clock: Clock, opener: Opener) -> None:
        self.points: list[Point] = []
        self.reached = False
        self.capabilities: Capabilities | None = None
        self.status: MachineStatus | None = None
        self._address = address
        self._clock = clock
        self._opener = opener

    async def look(self) -> None:
        """Listen, ask for the line, and then ask what it is; each step only when the one before went well."""
        try:
            heard = await self._listen()
        except OSError as error:
            self._see(points.PORT, f"{self._address.url}: {error}", fulfilled=False)
            return
        self._see(points.PORT, self._address.url)
        if self._judge(heard):
            self.reached = True
            await self._ask()

    async def _listen(self) -> bytes:
        """Return what came back to one ENQ; when nothing did, what came at all while a machine would have rung."""
        heard = bytearray()
        ended: list[str] = []
        line = await self._opener(self._address.url, self._address.baud, heard.extend, ended.append)
        try:
            line.write(_EOT + _ENQ)
            began = self._clock.monotonic()
            while not ended and self._clock.monotonic() - began < (_LISTEN_SECONDS if not heard else _ANSWER_SECONDS):
                if _LINK_BYTES.intersection(heard) and not heard.startswith(_EOT + _ENQ):
                    break
                await self._clock.sleep(_STEP_SECONDS)
            if ended and not heard:
                raise OSError(ended[0])
            line.write(_EOT)
        finally:
            await line.close()
        return bytes(heard)

    def _judge(self, heard: bytes) -> bool:
        """Tell what the bytes are the sign of; whether to go on."""
        shown = _shown(heard)
        if not heard:
            self._see(points.LINK, "ENQ", fulfilled=False)
            return False
        if heard.startswith(_EOT + _ENQ):
            self._see(points.ECHO, shown, fulfilled=False)
            return False
        if not _LINK_BYTES.intersection(heard[:1]):
            if _TEXT.match(heard):
                self._see(points.DEVICE, shown, fulfilled=False)
                return False
            if not _LINK_BYTES.intersection(heard):
                self._see(points.SPEED, f"{self._address.baud} baud: {shown}", fulfilled=False)
                return False
        self._see(points.LINK, shown)
        return True

    async def _ask(self) -> None:
        timers = LinkTimers.fast(self._address.timers, self._address.baud)
        line = Line(self._clock, timers, self._address.patience, _nothing, _nothing, self._opener)
        try:
            await line.open(self._address.url, self._address.baud)
            await self._about(line)
            await self._stand(line)
        except RefusedError as error:
            # A machine of an earlier contract knows no ABOUT.
            self._see(points.CONTRACT, str(error), fulfilled=False)
        except MachineError as error:
            garbled = f", {line.discarded} did not verify" if line.discarded else ""
            self._see(points.RECORDS, f"{error}{garbled}", fulfilled=False)
        finally:
            await line.close()

    async def _about(self, line: Line) -> None:
        answer = await self._answer(line, pplis.ABOUT)
        self._see(points.RECORDS, f"PP-LIS {pplis.RECORD_VERSION}, {answer.sender}")
        try:
            self.capabilities = capabilities_of(only(answer, pplis.CAPABILITY_RECORD))
        except ProtocolViolationError as error:
            self._see(points.CONTRACT, str(error), fulfilled=False)
            return
        told = self.capabilities.contract
        self._see(points.CONTRACT, f"{told}", fulfilled=told == CONTRACT)
        needed = self.capabilities.design_pouches_per_minute * _POUCH_BYTES / 60
        carried = self._address.baud / _BITS_PER_BYTE
        subject = f"{carried:.0f} bytes/s, {needed:.0f} needed"
        self._see(points.RATE, subject, fulfilled=carried >= needed or self._address.url.startswith("socket:"))

    async def _stand(self, line: Line) -> None:
        try:
            self.status = status_of(only(await self._answer(line, pplis.STATUS), pplis.STATUS_RECORD))
        except ProtocolViolationError as error:
            self._see(points.STATUS, str(error), fulfilled=False)
            return
        self._see(points.STATUS, self.status.state.value)

    async def _answer(self, line: Line, kind: str) -> Message:
        """Ask once, and once more when the answer stays away: nothing that is asked here has an effect."""
        try:
            return await self._once(line, kind)
        except OutcomeUnknownError:
            return await self._once(line, kind)

    async def _once(self, line: Line, kind: str) -> Message:
        message_id = f"{secrets.token_hex(4)}.1"
        utc = self._clock.now().isoformat(timespec="milliseconds")
        records = encode(Message(message_id, "examination", "machine", "", utc, kind, ()))
        answer = await line.exchange(message_id, records)
        accept(answer)
        return answer

    def _see(self, code: str, subject: str, *, fulfilled: bool = True) -> None:
        self.points.append(points.seen(code, subject, fulfilled=fulfilled))


def _shown(heard: bytes) -> str:
    return repr(heard[:_SHOWN_CHARACTERS])[2:-1]


def _nothing(_: object) -> None:
    return
