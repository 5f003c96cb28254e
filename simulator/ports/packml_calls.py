"""What PackML's methods do: commands of the state machines, and what the line may set on the unit.

A call that cannot be done is answered with a bad status and has no effect: BadInvalidState when the state forbids it,
BadOutOfRange for a mode, speed or interlock that the machine does not have, BadInvalidArgument for what is no value.
"""

import math
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uatypes import NodeId, Variant, VariantType

from hal.wire import opcua as words
from hal.wire.words import WRONG_STATE
from simulator.host import Host
from simulator.machine import Answer, Machine
from simulator.ports.opcua_calls import Types, status, wrong, wrong_number
from simulator.ports.opcua_space import Method, Outcome, Space
from simulator.ports.packml_values import (
    PackMLDescriptorDataType,
    PackMLProductDataType,
    Values,
    ValueUnreadableError,
)
from simulator.unit import MODE_STATES

_MODE: Final[Types] = (("RequestedMode", VariantType.Int32),)
_SPEED: Final[Types] = (("RequestedMachineSpeed", VariantType.Float),)
_INTERLOCK: Final[Types] = (("InterlockId", VariantType.Int32), ("State", VariantType.Boolean))
_MOST_VALUES: Final = 64
"""Parameters, or products, that are kept."""


class PackmlCalls:
    """PackML's methods of the machine of `host`; `show` brings its variables up to date.

    Parameters and products are the line's own notes: kept until power-down and shown in Status, used for nothing, since
    a packer makes what its orders say.
    """

    def __init__(self, host: Host, space: Space, show: Callable[[], Awaitable[None]]) -> None:
        self._host = host
        self._space = space
        self._values = Values(space.packml)
        self._show = show
        self._parameters: dict[int, PackMLDescriptorDataType] = {}

    def unit_methods(self) -> dict[str, Method]:
        """Return what the methods directly below the packer do."""
        return {
            "SetUnitMode": self._unit(_MODE, _set_mode),
            "SetMachSpeed": self._set_speed,
            "SetProduct": self._set_product,
            "SetParameter": self._set_parameter,
            "SetInterlock": self._unit(_INTERLOCK, _set_interlock),
        }

    def command(self, name: str) -> Method:
        """Return what a command of the state machines does."""

        async def call(_object: NodeId, *arguments: Variant) -> Outcome:
            number = wrong_number(int(name == "Start"), arguments)
            if number is not None:
                return number
            try:
                parameters = [one for value in arguments for one in self._descriptors(value)]
                self._check_room(parameters)
            except ValueUnreadableError:
                return status(StatusCodes.BadInvalidArgument)
            answer = self._host.call(lambda machine: machine.command(name))
            if answer.ok and parameters:
                await self._keep_parameters(parameters)
            return await self._outcome(answer)

        return call

    def _unit(self, types: Types, act: Callable[..., Answer]) -> Method:
        async def call(_object: NodeId, *arguments: Variant) -> Outcome:
            problem = wrong(types, arguments)
            if problem is not None:
                return problem
            values = [argument.Value for argument in arguments]
            return await self._outcome(self._host.call(lambda machine: act(machine, *values)))

        return call

    async def _set_speed(self, _object: NodeId, *arguments: Variant) -> Outcome:
        problem = wrong(_SPEED, arguments)
        if problem is not None:
            return problem
        speed = float(arguments[0].Value)
        # A packer's speed is a whole number of pouches a minute.
        if not math.isfinite(speed) or not speed.is_integer():
            return status(StatusCodes.BadOutOfRange)
        return await self._outcome(self._host.call(lambda machine: machine.set_speed(int(speed))))

    async def _set_parameter(self, _object: NodeId, *arguments: Variant) -> Outcome:
        number = wrong_number(1, arguments)
        if number is not None:
            return number
        try:
            parameters = self._descriptors(arguments[0])
            self._check_room(parameters)
        except ValueUnreadableError:
            return status(StatusCodes.BadInvalidArgument)
        await self._keep_parameters(parameters)
        return []

    async def _set_product(self, _object: NodeId, *arguments: Variant) -> Outcome:
        number = wrong_number(1, arguments)
        if number is not None:
            return number
        try:
            products = self._values.unpack(PackMLProductDataType, _array(arguments[0]))
        except ValueUnreadableError:
            return status(StatusCodes.BadInvalidArgument)
        if len(products) > _MOST_VALUES:
            return status(StatusCodes.BadInvalidArgument)
        if self._host.call(lambda machine: machine.state) not in MODE_STATES:
            return status(StatusCodes.BadInvalidState)
        await self._write(products, words.STATUS, "Product")
        return []

    def _descriptors(self, argument: Variant) -> list[PackMLDescriptorDataType]:
        return self._values.unpack(PackMLDescriptorDataType, _array(argument))

    def _check_room(self, parameters: list[PackMLDescriptorDataType]) -> None:
        if len(self._parameters.keys() | {one.ID for one in parameters}) > _MOST_VALUES:
            message = f"more than {_MOST_VALUES} parameters"
            raise ValueUnreadableError(message)

    async def _keep_parameters(self, parameters: list[PackMLDescriptorDataType]) -> None:
        self._parameters.update({one.ID: one for one in parameters})
        kept = [self._parameters[number] for number in sorted(self._parameters)]
        for parent in (words.STATUS, words.ADMIN):
            await self._write(kept, parent, "Parameter")

    async def _write(self, values: Iterable[object], *path: str) -> None:
        packed = Variant(self._values.pack(values), VariantType.ExtensionObject, is_array=True)
        await self._space.write(packed, *path)

    async def _outcome(self, answer: Answer) -> Outcome:
        await self._show()
        if answer.ok:
            return []
        is_state = any(code == WRONG_STATE for code, _ in answer.reasons)
        return status(StatusCodes.BadInvalidState if is_state else StatusCodes.BadOutOfRange)


def _set_mode(machine: Machine, mode: int) -> Answer:
    return machine.set_mode(mode)


def _set_interlock(machine: Machine, number: int, is_set: bool) -> Answer:  # noqa: FBT001 - as the wire has it
    return machine.set_interlock(number, is_set=is_set)


def _array(argument: Variant) -> object:
    """Return the array of an argument; nothing at all is an empty one.

    Raises:
        ValueUnreadableError: it is no array of structures.
    """
    if argument.VariantType == VariantType.Null and argument.Value is None:
        return []
    if argument.VariantType != VariantType.ExtensionObject or not argument.is_array:
        raise ValueUnreadableError("not an array of structures")
    return argument.Value
