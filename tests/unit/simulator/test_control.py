"""The control socket: faults by name from the same user alone, whatever else is sent."""

import asyncio
import json
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.control import SOCKET, ControlError, RefusedInjectionError, ask, serve_control
from simulator.injection import Injection


def inject(injection: Injection) -> str:
    if injection.name == "jam":
        raise RefusedInjectionError("not now")
    return f"{injection.name} {injection.is_over}"


def press(command: str) -> str:
    if command != "Clear":
        message = f"{command} is not allowed"
        raise RefusedInjectionError(message)
    return command


async def until_there(socket: Path) -> None:
    # Looks again at each turn of the loop; nothing tells when a file appears.
    while not socket.exists():  # noqa: ASYNC110, ASYNC240
        await asyncio.sleep(0.001)


async def with_socket(folder: Path, asking: Callable[[], object]) -> object:
    task = asyncio.create_task(serve_control(folder, inject, press))
    try:
        await until_there(folder / SOCKET)
        return await asyncio.to_thread(asking)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_a_fault_is_asked_for_and_answered(tmp_path: Path) -> None:
    def asking() -> list[tuple[bool, str]]:
        return [
            ask(tmp_path, {"inject": "take_up_full", "values": {"for_ms": "5"}}),
            ask(tmp_path, {"inject": "take_up_full", "over": True}),
            ask(tmp_path, {"inject": "jam"}),
            ask(tmp_path, {"press": "Clear"}),
            ask(tmp_path, {"press": "Dance"}),
            ask(tmp_path, {"inject": "jm"}),
            ask(tmp_path, {"inject": "jam", "values": {"bey": 1}}),
            ask(tmp_path, {}),
            ask(tmp_path, {"inject": "jam", "values": 7}),
        ]

    answers = asyncio.run(with_socket(tmp_path, asking))
    assert isinstance(answers, list)
    assert answers[:3] == [(True, "take_up_full False"), (True, "take_up_full True"), (False, "not now")]
    assert answers[3:5] == [(True, "Clear"), (False, "Dance is not allowed")]
    assert [done for done, _ in answers[5:]] == [False] * 4
    assert "nearest: jam" in answers[5][1]
    assert "no argument 'bey'" in answers[6][1]
    assert "not a request" in answers[7][1]


def test_the_socket_is_the_users_own_and_goes_away(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 40)
    folder.mkdir()

    def asking() -> int:
        return stat.S_IMODE((folder / SOCKET).stat().st_mode)

    assert asyncio.run(with_socket(folder, asking)) == 0o600
    assert not (folder / SOCKET).exists()


def test_a_socket_that_a_killed_process_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / SOCKET).touch()

    async def main() -> tuple[bool, str]:
        task = asyncio.create_task(serve_control(tmp_path, inject, press))
        try:
            while True:
                await asyncio.sleep(0.001)
                try:
                    return await asyncio.to_thread(ask, tmp_path, {"inject": "film_out"})
                except ControlError:
                    continue
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    assert asyncio.run(main()) == (True, "film_out False")


@pytest.mark.parametrize("garbage", [b"\n", b"[]\n", b"\xff\xfe\n", b"x" * 100_000, b"{", b'{"inject": {}}\n'])
def test_garbage_ends_its_own_connection_alone(tmp_path: Path, garbage: bytes) -> None:
    async def main() -> tuple[bytes, tuple[bool, str]]:
        task = asyncio.create_task(serve_control(tmp_path, inject, press))
        try:
            await until_there(tmp_path / SOCKET)
            reader, writer = await asyncio.open_unix_connection(str(tmp_path / SOCKET))
            writer.write(garbage)
            writer.write_eof()
            try:
                answer = await reader.read()
            except ConnectionError:
                answer = b""
            writer.close()
            return answer, await asyncio.to_thread(ask, tmp_path, {"inject": "film_out"})
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    answer, after = asyncio.run(main())
    assert answer == b"" or json.loads(answer)["ok"] is False
    assert after == (True, "film_out False")


def test_nobody_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="no machine runs in"):
        ask(tmp_path / "none", {"inject": "jam"})
    with pytest.raises(ControlError, match="no machine runs in"):
        ask(tmp_path, {"inject": "jam"})


def test_a_request_that_is_too_deep_is_told_so(tmp_path: Path) -> None:
    def asking() -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
            caller.connect(str(tmp_path / SOCKET))
            caller.sendall(b"[" * 16_000 + b"\n")
            return caller.makefile("rb").readline()

    assert b"not a request" in asyncio.run(with_socket(tmp_path, asking))  # type: ignore[operator]  # bytes
