"""What stands around every page: language, site, navigation, clock, and the token that its forms carry."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from starlette.requests import Request

from dispenser.web.i18n import N_, Texts, language_of

LANGUAGE_COOKIE = "dosisfleet_language"
TOKEN_COOKIE = "dosisfleet_token"  # noqa: S105 - the cookie's name
TOKEN_FIELD = "token"  # noqa: S105 - the field's name
NAVIGATION = (
    ("/", N_("Fleet")),
    ("/batches", N_("Batches")),
    ("/inbox", N_("Inbox")),
    ("/alerts", N_("Alerts")),
    ("/discards", N_("To discard")),
    ("/safety", N_("Safety")),
)
_TOKEN_BYTES = 24
_TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One way out of the page; `here` when the reader stands there."""

    href: str
    text: str
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts that all pages share; `token` is both in the cookie and in every form (double submit)."""

    texts: Texts
    site: str
    now: datetime
    path: str
    token: str
    fresh_token: bool
    calls: str = ""
    """How many machines need somebody, empty for none."""
    calls_tone: str = ""
    discard_calls: str = ""
    """How many pouches somebody must find and destroy, empty for none."""

    @property
    def navigation(self) -> tuple[NavigationItem, ...]:
        """The pages, in their order."""
        return tuple(NavigationItem(href, self.texts.t(name), self._here(href)) for href, name in NAVIGATION)

    def _here(self, href: str) -> bool:
        if href == "/":
            return self.path == "/"
        return self.path.startswith(href) or (href == "/batches" and self.path.startswith("/rolls"))


def frame_of(request: Request, site: str, now: datetime) -> Frame:
    """Return the frame of the page that answers `request`."""
    token = request.cookies.get(TOKEN_COOKIE, "")
    fresh = len(token) != _TOKEN_LENGTH
    return Frame(
        texts=Texts(language_of_request(request)),
        site=site,
        now=now,
        path=request.url.path,
        token=secrets.token_urlsafe(_TOKEN_BYTES) if fresh else token,
        fresh_token=fresh,
    )


def language_of_request(request: Request) -> str:
    """Return the language that the reader chose, or that the browser asks for, or Danish."""
    return language_of(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))


def token_fits(request: Request, given: str) -> bool:
    """Return whether a form carries the token of the browser that sends it."""
    kept = request.cookies.get(TOKEN_COOKIE, "")
    return bool(kept) and compare_digest(kept.encode(), given.encode())
