"""Templates to pages."""

from collections.abc import Mapping
from functools import cache

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request

from dispenser.web.i18n import LANGUAGE_NAMES
from dispenser.web.panel.frame import TOKEN_COOKIE, Frame, frame_of
from dispenser.web.static_files import version_of
from safety.findings import Finding

SHEETS = ("base.css", "frame.css", "controls.css", "parts.css", "board.css", "cards.css", "roll.css", "risk.css")


@cache
def environment() -> Environment:
    """Return the template engine: escapes everything, and a name that is missing is an error, not an empty place."""
    return Environment(
        loader=PackageLoader("dispenser.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def asset(name: str) -> str:
    """Return the address of one of our static files; it changes with the file's content."""
    return f"/static/{name}?v={version_of(name)}"


def page(
    frame: Frame, template: str, model: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Return `template` filled from the view model `model`, as `page` in the template."""
    texts = frame.texts
    body = (
        environment()
        .get_template(template)
        .render(
            page=model,
            frame=frame,
            texts=texts,
            t=texts.t,
            n=texts.n,
            asset=asset,
            sheets=SHEETS,
            languages=LANGUAGE_NAMES,
        )
    )
    response = HTMLResponse(body, status, dict(headers or {}))
    response.headers["content-language"] = texts.language
    response.headers["vary"] = "Cookie, Accept-Language"
    if frame.fresh_token:
        response.set_cookie(TOKEN_COOKIE, frame.token, httponly=True, samesite="strict", path="/")
    return response


def error_page(request: Request, status: int, finding: Finding, headers: Mapping[str, str]) -> Response:
    """Return what went wrong as a page of the panel."""
    services = request.app.state.services
    frame = frame_of(request, services.site.name, services.clock.now())
    return page(frame, "error.html", finding, status, headers)
