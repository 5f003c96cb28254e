"""What ends a connection says nothing of a command that was on its way: it may have been done."""

import asyncio
from collections.abc import Callable

import pytest
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.ua_binary import uatcp_to_binary
from asyncua.ua.uaprotocol_hand import ErrorMessage, MessageType
from asyncua.ua.uatypes import StatusCode, UInt32

from hal.drivers.opcua.driver import OpcUaDriver
from hal.errors import OutcomeUnknownError

from .conftest import Scene, ScriptedMachine, silence


@pytest.mark.parametrize(
    "code",
    [
        StatusCodes.BadSecureChannelIdInvalid,
        StatusCodes.BadSessionIdInvalid,
        StatusCodes.BadServiceUnsupported,
        StatusCodes.BadTcpInternalError,
    ],
)
def test_a_connection_that_ends_with_an_error_leaves_a_command_unknown(
    play: Callable[[Scene], None], machine: ScriptedMachine, code: int
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        heard = asyncio.Event()

        async def mute() -> object:
            heard.set()
            return await silence()

        machine.answer = mute
        command = asyncio.ensure_future(driver.ensure_stopped())
        await heard.wait()
        assert driver._link is not None
        protocol = driver._link._client.uaclient.protocol
        assert protocol is not None
        # As a server that does not know the channel of a later message any more.
        protocol.data_received(uatcp_to_binary(MessageType.Error, ErrorMessage(StatusCode(UInt32(code)), "gone")))
        with pytest.raises(OutcomeUnknownError):
            await command

    play(act)
