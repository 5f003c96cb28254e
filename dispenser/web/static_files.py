"""Our own style sheets, scripts and pictures: read once, served from memory, never a path from outside."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import Request

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_VERSION_DIGITS = 12

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """Content, media type, and the first digits of its SHA-256."""

    content: bytes
    media_type: str
    version: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Return every static file by name."""
    found: dict[str, StaticFile] = {}
    for entry in files("dispenser.web").joinpath("static").iterdir():
        for suffix, media_type in _TYPES.items():
            if entry.name.endswith(suffix):
                content = entry.read_bytes()
                found[entry.name] = StaticFile(
                    content, media_type, hashlib.sha256(content).hexdigest()[:_VERSION_DIGITS]
                )
    return found


def version_of(name: str) -> str:
    """Return the version of a static file that is known to exist."""
    return static_files()[name].version


@router.get("/static/{name}")
async def static_file(name: str, request: Request) -> Response:
    """Answer one static file, or 304 when the browser has it."""
    file = static_files().get(name)
    if file is None:
        raise HTTPException(404)
    tag = f'"{file.version}"'
    # Modules import each other without a version, so every use is asked again; the answer is short.
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers=headers, media_type=file.media_type)
