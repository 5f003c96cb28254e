"""The FHIR R4 interface: raw bytes in, `application/fhir+json` out; everything is judged by the intake."""

import re
from collections.abc import Mapping
from importlib.metadata import version

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from dispenser.app.intake import accept_bundle, accept_request, read_request
from dispenser.app.reply import Reply
from dispenser.web.errors import FHIR_JSON
from dispenser.web.panel.request import AppServices
from dispenser.web.security import require_media_type
from pharmacy_sync.fhir.answers import capability_statement

_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
"""What FHIR R4 allows as a logical id."""
_BODY: dict[str, object] = {
    "requestBody": {"required": True, "content": {FHIR_JSON: {"schema": {"type": "object"}}}},
}

router = APIRouter(prefix="/fhir", tags=["FHIR"])


@router.get("/metadata")
async def metadata() -> Response:
    """Return what this server can do, as a CapabilityStatement."""
    return _json(capability_statement(version("dosisfleet")), 200, {})


@router.post("", openapi_extra=_BODY)
@router.post("/", include_in_schema=False)
async def push(request: Request, services: AppServices) -> Response:
    """Take one citizen's medication plan as a transaction Bundle: wholly, or not at all."""
    body = await _body(request)
    return _answer(await run_in_threadpool(accept_bundle, services, body, _sender(request)))


@router.put("/MedicationRequest/{resource_id}", openapi_extra=_BODY)
async def replace(request: Request, services: AppServices, resource_id: str) -> Response:
    """Take a new version of one MedicationRequest; `If-Match` names the version it replaces."""
    name = _known_id(resource_id)
    body = await _body(request)
    tag = request.headers.get("if-match")
    return _answer(await run_in_threadpool(accept_request, services, name, body, tag, _sender(request)))


@router.get("/MedicationRequest/{resource_id}")
def read(services: AppServices, resource_id: str) -> Response:
    """Return the current version of one MedicationRequest."""
    return _answer(read_request(services, _known_id(resource_id)))


async def _body(request: Request) -> bytes:
    require_media_type(request, (FHIR_JSON,))
    return await request.body()


def _known_id(resource_id: str) -> str:
    if not _FHIR_ID.fullmatch(resource_id):
        raise HTTPException(404)
    return resource_id


def _sender(request: Request) -> str:
    return request.client.host if request.client else ""


def _answer(reply: Reply) -> Response:
    return _json(reply.document, reply.status, {"etag": reply.etag} if reply.etag else {})


def _json(document: object, status: int, headers: Mapping[str, str]) -> Response:
    return JSONResponse(document, status, dict(headers), FHIR_JSON)
