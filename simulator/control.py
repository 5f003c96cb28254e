"""The control socket of a running machine: faults by name, from another process of the same user.

One line of JSON each way, then the connection ends. `{"inject": name, "values": {...}, "over": false}` is answered by
`{"ok": true, "told": text}` or `{"ok": false, "told": reason}`; `{"press": command}` presses a PackML command at the
machine's own panel, as somebody must after an Abort. The socket lies in the machine's folder with mode 0600.
"""

import asyncio
import json
import os
import socket
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from simulator.injection import Injection, InjectionError, injection_of, taken_back

SOCKET: Final = "control.sock"
_LONGEST_LINE: Final = 16_384
_PATIENCE_SECONDS: Final = 30.0

Inject = Callable[[Injection], str]
"""Puts a fault in; returns what to tell, raises `RefusedInjectionError`."""
Press = Callable[[str], str]
"""Presses a PackML command at the machine's panel; returns what to tell, raises `RefusedInjectionError`."""


class RefusedInjectionError(Exception):
    """A fault that cannot be put in now; the text says why."""


class ControlError(Exception):
    """No machine listens there, or it does not answer."""


async def serve_control(folder: Path, inject: Inject, press: Press) -> None:
    """Listen in a machine's folder until cancelled.

    Raises:
        OSError: the socket cannot be made.
    """
    # The folder's lock is held, so what lies there was left by a process that is gone.
    with suppress(FileNotFoundError):
        (folder / SOCKET).unlink()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                line = await reader.readline()
            answer = _answer(line, inject, press)
            writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            await writer.drain()
        except (OSError, ValueError, TimeoutError):
            # Whoever it was is gone, or sends more than a line.
            return
        finally:
            writer.close()

    with _short(folder) as path:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listener.bind(path)
        finally:
            os.umask(before)
    server = await asyncio.start_unix_server(serve, sock=listener, limit=_LONGEST_LINE)
    try:
        await server.serve_forever()
    finally:
        with suppress(FileNotFoundError):
            (folder / SOCKET).unlink()


def _answer(line: bytes, inject: Inject, press: Press) -> Mapping[str, object]:
    try:
        request = json.loads(line)
        if "press" in request:
            return {"ok": True, "told": press(str(request["press"]))}
        name = str(request["inject"])
        texts = {str(key): str(value) for key, value in request.get("values", {}).items()}
        injection = taken_back(name) if request.get("over") else injection_of(name, texts)
        return {"ok": True, "told": inject(injection)}
    except (RefusedInjectionError, InjectionError) as error:
        return {"ok": False, "told": str(error)}
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        return {"ok": False, "told": f"not a request: {error!r}"}


def ask(folder: Path, request: Mapping[str, object]) -> tuple[bool, str]:
    """Ask the machine that runs in `folder`; return whether it did it, and what it told.

    Raises:
        ControlError: no machine runs there, or it does not answer.
    """
    try:
        with _short(folder) as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
            caller.settimeout(_PATIENCE_SECONDS)
            caller.connect(path)
            caller.sendall(json.dumps(request, ensure_ascii=False).encode() + b"\n")
            with caller.makefile("rb") as answers:
                answer = json.loads(answers.readline(_LONGEST_LINE))
        return bool(answer["ok"]), str(answer["told"])
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
        message = f"no machine runs in {folder}"
        raise ControlError(message) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        message = f"the machine in {folder} does not answer: {error}"
        raise ControlError(message) from error


@contextmanager
def _short(folder: Path) -> Generator[str]:
    """Give the socket a path that is short enough however deep the folder lies (a path may have 107 bytes)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}"
    finally:
        os.close(handle)
