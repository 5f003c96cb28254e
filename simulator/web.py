"""Live view of simulated machines for a browser on this computer: a page that is whole without script."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hal.wire.words import COMMANDS
from simulator.control import RefusedInjectionError
from simulator.injectable import FAULTS
from simulator.injection import InjectionError, injection_of, taken_back
from simulator.station import Station
from simulator.web_picture import svg
from simulator.web_view import arguments_text, fault_text, machine_view
from simulator.web_words import LANGUAGES, words

FILES: Final = Path(__file__).parent / "web_files"
_STATIC: Final = {"mark.svg": "image/svg+xml", "view.css": "text/css", "view.js": "text/javascript"}
_LARGEST_FORM: Final = 4_096
_SECONDS: Final = 0.5
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_OWN_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})


async def serve_web(stations: Sequence[Station], place: tuple[str, int], ready: Callable[[str], None]) -> None:
    """Serve the view until cancelled; `ready` is told its address.

    Raises:
        OSError: the place is taken.
    """
    host, port = place
    shown = f"[{host}]" if ":" in host else host
    with contextlib.closing(_listen(host, port)) as listener:
        ready(f"http://{shown}:{listener.getsockname()[1]}/")
        config = uvicorn.Config(view_of(stations), log_level="warning", access_log=False, lifespan="off")
        await _Server(config).serve(sockets=[listener])


def view_of(stations: Sequence[Station]) -> Starlette:
    """Return the view as an ASGI application."""
    view = _View(stations)
    routes = [
        Route("/", view.page),
        Route("/events", view.events),
        Route("/inject", view.inject, methods=["POST"]),
        Route("/press", view.press, methods=["POST"]),
        Route("/picture/{machine}/{film:int}.svg", view.picture),
        Route("/static/{name}", _static),
    ]
    return Starlette(routes=routes, middleware=[Middleware(_Guard)])


class _View:
    def __init__(self, stations: Sequence[Station]) -> None:
        self._stations = {station.spec.id: station for station in stations}
        environment = Environment(loader=FileSystemLoader(FILES), autoescape=True, undefined=StrictUndefined)
        self._template = environment.get_template("view.html")

    async def page(self, request: Request) -> Response:
        language = _language(request)
        faults = [(fault_text(fault, language), fault.name, arguments_text(fault)) for fault in FAULTS.values()]
        return HTMLResponse(
            self._template.render(
                language=language,
                other=next(one for one in LANGUAGES if one != language),
                word=words(language),
                machines=[machine_view(station, language) for station in self._stations.values()],
                faults=faults,
                commands=tuple(COMMANDS),
                told=request.query_params.get("told", ""),
                about=request.query_params.get("about", ""),
                is_done=request.query_params.get("ok") == "1",
            )
        )

    async def events(self, request: Request) -> Response:
        return StreamingResponse(self._changes(_language(request)), media_type="text/event-stream")

    async def inject(self, request: Request) -> Response:
        def act(station: Station, form: Mapping[str, str]) -> str:
            name = form.get("fault", "")
            is_over = bool(form.get("over"))
            return station.inject(taken_back(name) if is_over else injection_of(name, _values(form.get("values", ""))))

        return await self._posted(request, act)

    async def press(self, request: Request) -> Response:
        return await self._posted(request, lambda station, form: station.press(form.get("command", "")))

    async def _posted(self, request: Request, act: Callable[[Station, Mapping[str, str]], str]) -> Response:
        form = await _form(request)
        station = self._stations.get(form.get("machine", ""))
        if station is None:
            raise HTTPException(404)
        language = form.get("lang", "da") if form.get("lang") in LANGUAGES else "da"
        try:
            told, is_done = act(station, form), True
        except (InjectionError, RefusedInjectionError) as error:
            told, is_done = str(error), False
        query = urlencode({"lang": language, "about": station.spec.id, "told": told, "ok": int(is_done)})
        return RedirectResponse(f"/?{query}#{station.spec.id}", status_code=303)

    async def picture(self, request: Request) -> Response:
        station = self._stations.get(request.path_params["machine"])
        pouch = station.seen.pouch(request.path_params["film"]) if station is not None else None
        if station is None or pouch is None:
            raise HTTPException(404)
        try:
            return Response(svg(station.spec, pouch), media_type="image/svg+xml")
        except ValueError as error:
            raise HTTPException(404) from error

    async def _changes(self, language: str) -> AsyncIterator[str]:
        former: object = None
        while True:
            views = [machine_view(station, language) for station in self._stations.values()]
            shown = [
                {"id": one.id, "mark": one.mark, "fields": one.fields, "pouches": [asdict(p) for p in one.pouches]}
                for one in views
            ]
            # A comment keeps the connection alive and tells the browser that somebody is there.
            yield f"data: {json.dumps(shown, ensure_ascii=False)}\n\n" if shown != former else ": \n\n"
            former = shown
            await asyncio.sleep(_SECONDS)


class _Guard:
    """Lets in only what is called by this computer's own names, and forms from this view alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *own]
            await send(message)

        if scope["type"] == "http":
            refused = _refusal(Request(scope))
            if refused:
                await Response(refused, status_code=403)(scope, receive, with_headers)
                return
        await self._app(scope, receive, with_headers)


def _refusal(request: Request) -> str:
    host = request.headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in _OWN_HOSTS:
        return "not called by a name of this computer"
    if request.method in {"GET", "HEAD"}:
        return ""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "a form from elsewhere"
    # A browser names the origin of every form that it posts; who does not is no browser with a page open elsewhere.
    return "" if request.headers.get("origin") == f"http://{host}" else "a form from elsewhere"


async def _form(request: Request) -> Mapping[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise HTTPException(413)
    return {key: values[0] for key, values in parse_qs(body.decode(errors="replace")).items()}


def _values(text: str) -> dict[str, str]:
    pairs = [one.partition("=") for one in text.split()]
    return {key: value for key, _, value in pairs}


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "da")
    return asked if asked in LANGUAGES else "da"


async def _static(request: Request) -> Response:
    kind = _STATIC.get(request.path_params["name"])
    if kind is None:
        raise HTTPException(404)
    return FileResponse(FILES / request.path_params["name"], media_type=kind)


class _Server(uvicorn.Server):
    """Signals are the simulator's; nobody waits for streams that never end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
