"""The proof of a packed batch, and the form that closes it."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from dispenser.app.closing import NotClosableError, close_batch
from dispenser.app.views_batch import batch_page
from dispenser.app.views_proof import proof_page
from dispenser.core.ids import BatchId
from dispenser.store.errors import NotFoundError
from dispenser.web.i18n import N_
from dispenser.web.panel.actions import LONGEST_NAME, NAME_MISSING
from dispenser.web.panel.batch_model import batch_model
from dispenser.web.panel.closing_model import Tried, closing_model
from dispenser.web.panel.request import Panel, PanelRequest, see

LONGEST_REASON = 500
NOT_SEEN = N_("Confirm that you have seen the proof.")

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/batches/{batch_id}/proof")
def show_proof(panel: PanelRequest, batch_id: str) -> HTMLResponse:
    """Show a batch with its proof, worked out now unless it is closed."""
    return _show(panel, BatchId(batch_id), Tried(), 200)


@router.post("/batches/{batch_id}/close")
async def close(panel: PanelRequest, batch_id: str) -> Response:
    """Close a batch in the signer's name, or show the proof again with every reason why not."""
    form = await panel.form()
    who, second, reason = (form.get(name, "").strip() for name in ("who", "second", "reason"))
    typed = Tried(who, second, reason)
    problems = [] if _is_name(typed.who) else [panel.texts.t(NAME_MISSING)]
    if (typed.second and not _is_name(typed.second)) or len(typed.reason) > LONGEST_REASON:
        raise HTTPException(400)
    if form.get("seen") != "yes":
        problems.append(panel.texts.t(NOT_SEEN))
    if not problems:
        try:
            await run_in_threadpool(
                close_batch, panel.services, BatchId(batch_id), typed.who, typed.second or None, typed.reason or None
            )
        except NotClosableError as error:
            problems.extend(f"{one.code.id} {one.text(panel.texts.language)}" for one in error.findings)
        except NotFoundError as error:
            raise HTTPException(404) from error
        else:
            return see(f"/batches/{batch_id}")
    tried = Tried(typed.who, typed.second, typed.reason, tuple(problems))
    return await run_in_threadpool(_show, panel, BatchId(batch_id), tried, 409)


def _is_name(text: str) -> bool:
    return bool(text) and len(text) <= LONGEST_NAME and text.isprintable()


def _show(panel: Panel, batch_id: BatchId, tried: Tried, status: int) -> HTMLResponse:
    view = batch_page(panel.services, batch_id)
    proof = proof_page(panel.services, batch_id, ask=True) if view is not None else None
    if view is None or proof is None:
        raise HTTPException(404)
    model = batch_model(view, panel.texts)
    return panel.show("proof.html", (model, closing_model(proof, panel.texts, tried)), status)
