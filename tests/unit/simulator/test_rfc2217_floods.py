"""Options that never end or say nothing: the client is turned away, and the server keeps nothing of it."""

import asyncio
from contextlib import suppress

import pytest

from simulator.ports.rfc2217 import Rfc2217Wire
from simulator.ports.uart import Setting

BEGIN, END = b"\xff\xfa\x2c", b"\xff\xf0"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(BEGIN + b"x" * 200_000, id="an option that never ends"),
        pytest.param(BEGIN + b"\x01" + END, id="a speed that is not said"),
        pytest.param(BEGIN + b"\x02" + END, id="data bits that are not said"),
        pytest.param(BEGIN + b"\x03\xee" + END, id="a parity that there is not"),
        pytest.param(BEGIN + b"\x04\xee" + END, id="stop bits that there are not"),
    ],
)
def test_what_is_no_option_ends_the_connection_and_the_next_client_is_served(sent: bytes) -> None:
    async def check() -> None:
        delivered = asyncio.Queue[bytes]()
        trouble: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: trouble.append(context))
        wire = Rfc2217Wire(delivered.put_nowait, lambda: None, Setting(38_400))
        port = await wire.listen("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        with suppress(ConnectionResetError):
            while await reader.read(1_024):
                pass
        _, other = await asyncio.open_connection("127.0.0.1", port)
        other.write(b"hello")
        assert await delivered.get() == b"hello"
        for one in (writer, other):
            one.close()
        await wire.close()
        assert not trouble

    asyncio.run(asyncio.wait_for(check(), 5))
