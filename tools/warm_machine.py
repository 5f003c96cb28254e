"""A simulated machine that is switched by lines on standard input: `on` starts it, `off` kills it, whatever it does.

What a machine loads is loaded once; each `on` is a process of its own that begins from there, so that a power cut costs
what a machine takes to start and not what an interpreter does. Answers with the machine's own `ready` line, and with
`off` once nothing of it runs. The arguments are those of `dispenser-sim`.
"""

import asyncio
import os
import signal
import sys
from typing import Final

from simulator.__main__ import app
from simulator.ports.opcua_server import hardened_server

_NOWHERE: Final = "opc.tcp://127.0.0.1:1/"


def serve(arguments: list[str]) -> None:
    """Obey until standard input ends."""
    child = 0
    for line in sys.stdin:
        if line.strip() == "on" and not child:
            child = _started(arguments)
        elif line.strip() == "off":
            _kill(child)
            child = 0
            sys.stdout.write("off\n")
            sys.stdout.flush()
    _kill(child)


def _started(arguments: list[str]) -> int:
    """Start a machine and return its process id; in the new process, be the machine."""
    child = os.fork()
    if not child:
        # The lines that follow are not for the machine.
        os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
        app(arguments)
    return child


def _kill(child: int) -> None:
    if child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    # Fills the standard nodes of OPC UA; it would listen only when it is started.
    asyncio.run(hardened_server(_NOWHERE))
    serve(sys.argv[1:])
