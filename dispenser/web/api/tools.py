"""The same views as the panel's, as JSON for the command line and for monitors."""

import json
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.views_batch import BatchList, BatchPage, batch_list, batch_page
from dispenser.app.views_board import Board, board
from dispenser.core.ids import BatchId
from dispenser.store.records import BatchRecord
from dispenser.web.errors import RefusedActionError
from dispenser.web.panel.actions import LONGEST_NAME
from dispenser.web.panel.request import AppServices
from dispenser.web.security import require_media_type

BatchPath = Annotated[str, Path(description="Six digits.")]

router = APIRouter(tags=["tools"])


@router.get("/healthz")
def health(services: AppServices) -> dict[str, str]:
    """Answer `ok` when the store answers."""
    with services.database.read() as tx:
        tx.machines.all()
    return {"status": "ok"}


@router.get("/api/machines")
def machines(services: AppServices) -> Board:
    """Return the fleet, in the order "needs me first"."""
    return board(services)


@router.get("/api/batches")
def batches(services: AppServices) -> BatchList:
    """Return the newest batches, and the periods that will become batches."""
    return batch_list(services)


@router.get("/api/batches/{batch_id}")
def batch(services: AppServices, batch_id: BatchPath) -> BatchPage:
    """Return one batch with its rolls."""
    view = batch_page(services, BatchId(batch_id))
    if view is None:
        raise HTTPException(404)
    return view


@router.post("/api/batches/{batch_id}/release")
async def release(request: Request, services: AppServices, batch_id: BatchPath) -> BatchRecord:
    """Release a batch in the name given as `{"who": "..."}`; a batch that is released already stays so."""
    # Asking for JSON keeps forms of other sites out: a browser sends them no JSON without asking us first.
    require_media_type(request, ("application/json",))
    try:
        document = json.loads(await request.body())
        who = document["who"].strip()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise HTTPException(400) from error
    if not who or len(who) > LONGEST_NAME or not who.isprintable():
        raise HTTPException(400)
    try:
        return await run_in_threadpool(release_batch, services, BatchId(batch_id), who)
    except NotReleasableError as error:
        raise RefusedActionError(error.reasons) from error
