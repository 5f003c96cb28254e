"""What a page handler is given, and how it reads a form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request

from dispenser.app.services import Services
from dispenser.app.views_board import board
from dispenser.web.panel.board_model import count_texts
from dispenser.web.panel.frame import TOKEN_FIELD, Frame, frame_of, token_fits
from dispenser.web.panel.render import page
from dispenser.web.security import require_media_type

_FORM = ("application/x-www-form-urlencoded",)
_MOST_FIELDS = 20


def services_of(request: Request) -> Services:
    """Return the use cases' services that the application was made with."""
    services = request.app.state.services
    if not isinstance(services, Services):
        raise TypeError
    return services


class Panel:
    """One request to the panel: its services, its frame, and how it is answered."""

    def __init__(self, request: Request) -> None:
        """Take the language and the token from the request."""
        self.services = services_of(request)
        self.frame: Frame = frame_of(request, self.services.site.name, self.services.clock.now())
        self.texts = self.frame.texts
        self._request = request

    def show(self, template: str, model: object, status: int = 200) -> HTMLResponse:
        """Return `template` filled from `model`; asks the store, so not for the event loop."""
        counts = count_texts(board(self.services), self.texts)
        frame = replace(
            self.frame, calls=counts.calls, calls_tone=counts.calls_tone, discard_calls=counts.discard_calls
        )
        return page(frame, template, model, status)

    async def form(self, most: int = _MOST_FIELDS) -> Mapping[str, str]:
        """Return the fields, at most `most`, of a posted form whose token fits.

        Raises:
            HTTPException: 415 no form; 400 not readable; 403 the token does not fit.
        """
        require_media_type(self._request, _FORM)
        body = await self._request.body()
        try:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=most))
        except ValueError as error:
            raise HTTPException(400) from error
        if not token_fits(self._request, fields.get(TOKEN_FIELD, "")):
            raise HTTPException(403)
        return fields


async def _panel(request: Request) -> Panel:
    return Panel(request)


async def _services(request: Request) -> Services:
    return services_of(request)


PanelRequest = Annotated[Panel, Depends(_panel)]
AppServices = Annotated[Services, Depends(_services)]


def see(address: str) -> RedirectResponse:
    """Return the answer to a form that has done its work: look there (POST, redirect, GET)."""
    return RedirectResponse(address, 303)


def local_address(address: str) -> str:
    """Return `address` when it is a path of this server, else the start page."""
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if plain else "/"
