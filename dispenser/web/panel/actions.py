"""What the panel's forms do: each is a POST that works alone and ends in a page to look at."""

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.views_batch import batch_page
from dispenser.core.ids import BatchId
from dispenser.web.i18n import LANGUAGES, N_
from dispenser.web.panel.batch_model import batch_model
from dispenser.web.panel.frame import LANGUAGE_COOKIE
from dispenser.web.panel.request import Panel, PanelRequest, local_address, see

LONGEST_NAME = 80
_ONE_YEAR_SECONDS = 31_536_000
NAME_MISSING = N_("Write your name or initials.")
NOT_REVIEWED = N_("Confirm that findings and rolls have been reviewed.")

router = APIRouter(include_in_schema=False)


@router.post("/batches/{batch_id}/release")
async def release(panel: PanelRequest, batch_id: str) -> Response:
    """Release a batch in the signer's name, or show the page again with every reason why not."""
    form = await panel.form()
    who = form.get("who", "").strip()
    problems: list[str] = []
    if not who or len(who) > LONGEST_NAME or not who.isprintable():
        problems.append(panel.texts.t(NAME_MISSING))
    if form.get("reviewed") != "yes":
        problems.append(panel.texts.t(NOT_REVIEWED))
    if not problems:
        try:
            await run_in_threadpool(release_batch, panel.services, BatchId(batch_id), who)
        except NotReleasableError as error:
            problems.extend(error.reasons)
        else:
            return see(f"/batches/{batch_id}")
    return await run_in_threadpool(_show_again, panel, BatchId(batch_id), problems, who)


@router.post("/language")
async def choose_language(panel: PanelRequest) -> Response:
    """Keep the reader's language, and show the same page again."""
    form = await panel.form()
    language = form.get("language", "")
    if language not in LANGUAGES:
        raise HTTPException(400)
    response = see(local_address(form.get("next", "/")))
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=_ONE_YEAR_SECONDS, httponly=True, samesite="strict", path="/"
    )
    return response


def _show_again(panel: Panel, batch_id: BatchId, problems: list[str], who: str) -> Response:
    view = batch_page(panel.services, batch_id)
    if view is None:
        raise HTTPException(404)
    return panel.show("batch.html", batch_model(view, panel.texts, problems, who), 409)
