"""Every answer that is not what was asked for: OperationOutcome under /fhir, problem+json under /api, else a page."""

from collections.abc import Mapping

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import Request

from dispenser.store.errors import BusyError, DatabaseError
from dispenser.web.codes import code_of
from dispenser.web.panel.frame import language_of_request
from dispenser.web.panel.render import error_page
from pharmacy_sync.fhir.answers import operation_outcome
from safety.findings import found

FHIR_JSON = "application/fhir+json"
PROBLEM_JSON = "application/problem+json"


class RefusedActionError(Exception):
    """An action that cannot be done now, for all of `reasons`."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        """Keep all `reasons`."""
        super().__init__("; ".join(reasons))
        self.reasons = reasons


_log = structlog.get_logger(__name__)


def refuse(
    request: Request, status: int, headers: Mapping[str, str] | None = None, reasons: tuple[str, ...] = ()
) -> Response:
    """Return the answer for `status` in the form that the path's readers expect; `reasons` are said in full."""
    code = code_of(status)
    language = language_of_request(request)
    finding = found(code, request.url.path)
    kept = dict(headers or {})
    if _below(request, "/fhir"):
        return JSONResponse(operation_outcome((finding,)), status, kept, FHIR_JSON)
    if _below(request, "/api") or request.url.path == "/healthz":
        problem: dict[str, object] = {
            "type": f"urn:dosisfleet:{code.id}",
            "title": finding.text(language),
            "status": status,
            "detail": "; ".join(reasons) or finding.fix(language),
            "code": code.id,
        }
        return JSONResponse(problem, status, kept, PROBLEM_JSON)
    return error_page(request, status, finding, kept)


def install(app: FastAPI) -> None:
    """Make `app` answer every error through `refuse`."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RefusedActionError, _refused_action)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(BusyError, _database_error)
    app.add_exception_handler(DatabaseError, _database_error)
    app.add_exception_handler(Exception, _unexpected)


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return refuse(request, error.status_code, error.headers)


async def _refused_action(request: Request, error: Exception) -> Response:
    if not isinstance(error, RefusedActionError):
        raise error
    return refuse(request, 409, reasons=error.reasons)


async def _unreadable(request: Request, error: Exception) -> Response:
    del error
    return refuse(request, 422)


async def _database_error(request: Request, error: Exception) -> Response:
    _log.warning("database cannot answer", path=request.url.path, error=str(error))
    return refuse(request, 503, {"retry-after": "2"})


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("unexpected error", path=request.url.path, kind=type(error).__name__)
    return refuse(request, 500)


def _below(request: Request, prefix: str) -> bool:
    path = request.url.path
    return path == prefix or path.startswith(prefix + "/")
