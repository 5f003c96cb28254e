"""What every request must pass and every answer carries, whatever the handler: host, size, headers.

Pure ASGI, so that streams stay streams. The content security policy allows nothing but this server's own files:
no inline script or style, no frame, no form to elsewhere.
"""

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispenser.web.errors import refuse

LARGEST_BODY_BYTES = 1_000_000
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "content-security-policy": "; ".join(DIRECTIVES),
    "x-content-type-options": "nosniff",
    # Not "no-referrer": with that, browsers send `Origin: null` with our own forms, and nobody could tell them apart.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyTooLargeError(HTTPException):
    """More bytes than `LARGEST_BODY_BYTES`; raised while they come in, before they are kept."""

    def __init__(self) -> None:
        """Answer 413 and drop the connection, since the rest of the body is not read."""
        super().__init__(413, headers={"connection": "close"})


class Guard:
    """Refuse foreign hosts, foreign origins and large bodies; put the security headers on every answer.

    `hosts` are the names under which this server may be called, without port. A cross-site form or script is
    recognised by `Origin` and `Sec-Fetch-Site`; programs send neither.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        """Wrap `app`; the machine's own names are always allowed."""
        self._app = app
        self._hosts = frozenset((*LOCAL_HOSTS, *(host.lower() for host in hosts)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                # A page, a plan or a label names a person: nothing is kept by a browser or a proxy unless it says so.
                headers.setdefault("cache-control", "no-store")
            await send(message)

        request = Request(scope)
        status = self._refusal(request)
        if status:
            await refuse(request, status)(scope, receive, send_with_headers)
            return
        await self._app(scope, _limited(request.headers, receive), send_with_headers)

    def _refusal(self, request: Request) -> int | None:
        host = request.headers.get("host", "")
        if _without_port(host) not in self._hosts:
            return 421
        if request.method in SAFE_METHODS:
            return None
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403
        return 403 if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"} else None


def _without_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()


def _limited(headers: Headers, receive: Receive) -> Receive:
    announced = headers.get("content-length", "0")
    too_large = not announced.isdigit() or int(announced) > LARGEST_BODY_BYTES
    received = 0

    async def limited() -> Message:
        nonlocal received
        if too_large:
            raise BodyTooLargeError
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST_BODY_BYTES:
            raise BodyTooLargeError
        return message

    return limited


def media_type(request: Request) -> str:
    """Return the request's media type in lower case, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def require_media_type(request: Request, allowed: Iterable[str]) -> None:
    """Refuse a body of another kind, or in another character set than UTF-8.

    Raises:
        HTTPException: 415.
    """
    parameters = request.headers.get("content-type", "").lower().split(";")[1:]
    charsets = [value.strip().removeprefix("charset=").strip('"') for value in parameters if "charset=" in value]
    if media_type(request) not in allowed or any(charset not in {"utf-8", "utf8"} for charset in charsets):
        raise HTTPException(415)
