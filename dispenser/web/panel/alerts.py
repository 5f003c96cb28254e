"""The page of alerts and what its forms do: override, sign as the second, revoke; each works without script."""

from collections.abc import Callable, Mapping
from datetime import date

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from dispenser.app.alerts import alert_page
from dispenser.app.overriding import override_alert, revoke_override, sign_second
from dispenser.app.staff import NotAllowedError
from dispenser.app.told import told
from dispenser.store.errors import NotFoundError
from dispenser.web.i18n import N_
from dispenser.web.panel.alert_model import LONGEST_REASON, Tried, alert_model
from dispenser.web.panel.request import Panel, PanelRequest, see
from safety.override_checks import Wish

PAGE = "/alerts"
REASON_TOO_LONG = N_("Write the reason in fewer words.")

router = APIRouter(include_in_schema=False)


@router.get(PAGE, response_class=HTMLResponse)
def show_alerts(panel: PanelRequest) -> HTMLResponse:
    """Show what waits for a decision, what is set aside, and how often."""
    return panel.show("alerts.html", alert_model(alert_page(panel.services), panel.texts))


@router.post(PAGE + "/{key}/override")
async def override(panel: PanelRequest, key: str) -> Response:
    """Set an alert aside in the signer's name, or show the page again with every reason why not."""
    form = await panel.form()
    wish = Wish(form.get("who", ""), form.get("reason", ""), _day(form.get("until", "")))
    return await run_in_threadpool(_act, panel, key, form, lambda: override_alert(panel.services, key, wish))


@router.post(PAGE + "/{key}/second")
async def second(panel: PanelRequest, key: str) -> Response:
    """Sign an override as the other person, or show the page again with every reason why not."""
    form = await panel.form()
    return await run_in_threadpool(
        _act, panel, key, form, lambda: sign_second(panel.services, key, form.get("who", ""))
    )


@router.post(PAGE + "/{key}/revoke")
async def revoke(panel: PanelRequest, key: str) -> Response:
    """Take an override back in the signer's name, or show the page again with every reason why not."""
    form = await panel.form()
    who, reason = form.get("who", ""), form.get("reason", "")
    return await run_in_threadpool(_act, panel, key, form, lambda: revoke_override(panel.services, key, who, reason))


def _act(panel: Panel, key: str, form: Mapping[str, str], act: Callable[[], object]) -> Response:
    problems: list[str] = []
    if len(form.get("reason", "")) > LONGEST_REASON:
        problems.append(panel.texts.t(REASON_TOO_LONG))
    else:
        try:
            act()
        except NotFoundError as error:
            raise HTTPException(404) from error
        except NotAllowedError as error:
            problems.extend(told(finding, panel.texts.language) for finding in error.findings)
    if not problems:
        return see(PAGE)
    tried = Tried(key, problems, form.get("who", ""), form.get("reason", ""), form.get("until", ""))
    return panel.show("alerts.html", alert_model(alert_page(panel.services), panel.texts, tried), 409)


def _day(text: str) -> date | None:
    """Return the civil date that a form's field says, None when it says none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
