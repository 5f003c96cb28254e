"""A serial port behind an RFC 2217 server, as a terminal server offers one: the client sets the line over the wire."""

import logging
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from serial.rfc2217 import COM_PORT_OPTION, PortManager, Serial

from simulator.ports.line_wires import Connected, Receive, TcpWire
from simulator.ports.uart import Setting, heard

_LARGEST_BAUD: Final = 4_000_000
_PIECE_BYTES: Final = 1_024
_LONGEST_OPTION: Final = 1_024
_MASKS: Final = {b"\x0a": b"\x6e", b"\x0b": b"\x6f"}
"""SET-LINESTATE-MASK and SET-MODEMSTATE-MASK, and the server's answer to each."""
_log: Final = logging.getLogger(__name__)


@dataclass
class _Line:
    """The side of the server where the machine's cable is: what a client may set and read of it."""

    baudrate: int
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1
    xonxoff: bool = False
    rtscts: bool = False
    dtr: bool = True
    rts: bool = True
    break_condition: bool = False
    cts: bool = True
    dsr: bool = True
    ri: bool = False
    cd: bool = True

    def setting(self) -> Setting:
        return Setting(self.baudrate, self.bytesize, self.parity, 2 if self.stopbits > 1 else 1)

    def reset_input_buffer(self) -> None:
        """Forget what came in; nothing is kept here."""

    def reset_output_buffer(self) -> None:
        """Forget what is to go out; nothing is kept here."""


@dataclass(frozen=True)
class _Connection:
    write: Callable[[bytes], None]


class _Manager(PortManager):
    """As pyserial's, and answers a client that sets a mask, as RFC 2217 asks; serialx waits for that."""

    def _telnet_process_subnegotiation(self, suboption: bytes) -> None:
        # By its name, for the method is in no stub.
        PortManager.__dict__["_telnet_process_subnegotiation"](self, suboption)
        if suboption[:1] == COM_PORT_OPTION and suboption[1:2] in _MASKS:
            self.rfc2217_send_subnegotiation(_MASKS[suboption[1:2]], suboption[2:3])


class Rfc2217Wire(TcpWire):
    """A port for one client; `machine` is how the machine's own port is set, and any other setting garbles the line.

    The options of Telnet and of the port are pyserial's `PortManager`.
    """

    def __init__(self, receive: Receive, connected: Connected, machine: Setting) -> None:
        super().__init__(self._from_machine_side, self._anew)
        self._deliver = receive
        self._tell = connected
        self._machine = machine
        self._line = _Line(machine.baud)
        self._manager: _Manager | None = None

    def write(self, data: bytes) -> None:
        """Put bytes of the machine on the line."""
        if self._manager is not None:
            read = heard(data, self._machine, self._line.setting())
            super().write(b"".join(self._manager.escape(read)))

    @staticmethod
    def _filtered(manager: _Manager, data: bytes) -> Iterator[bytes]:
        """Yield what is for the machine.

        Raises:
            LookupError, ValueError, struct.error: an option that is none, or that does not end.
        """
        for at in range(0, len(data), _PIECE_BYTES):
            yield from manager.filter(data[at : at + _PIECE_BYTES])
            if len(manager.suboption or b"") > _LONGEST_OPTION:
                raise ValueError("an option that does not end")

    def _anew(self) -> None:
        self._line = _Line(self._machine.baud)
        # The manager uses of a port and of a connection only what ours have.
        self._manager = _Manager(cast("Serial", self._line), cast("Serial", _Connection(super().write)))
        self._tell()

    def _from_machine_side(self, data: bytes) -> None:
        if self._manager is None:
            return
        try:
            sent = b"".join(self._filtered(self._manager, data))
        except (LookupError, ValueError, struct.error):
            self.hang_up()
            return
        if not 0 < self._line.baudrate <= _LARGEST_BAUD:
            _log.warning("no port runs at %d baud", self._line.baudrate)
            self._line.baudrate = self._machine.baud
        if sent:
            self._deliver(heard(sent, self._line.setting(), self._machine))
