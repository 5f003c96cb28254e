"""The web application: who may ask, what may be asked, and how errors are told."""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from dispenser.app.services import Services
from dispenser.web import static_files
from dispenser.web.api import fhir, tools
from dispenser.web.errors import install
from dispenser.web.panel import actions, alerts, closing, live, pages
from dispenser.web.panel.live import LiveValues
from dispenser.web.security import Guard

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(services: Services, *, lifespan: Lifespan | None = None, hosts: Collection[str] = ()) -> FastAPI:
    """Return the application over `services`.

    `lifespan` is what runs beside it; `hosts` are the names it answers to besides localhost. Serve it with a short
    graceful shutdown, since live streams never end by themselves.
    """
    app = FastAPI(
        title="dosisfleet",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
    )
    app.state.services = services
    app.state.live = LiveValues(services)
    for module in (fhir, tools, pages, actions, alerts, closing, live, static_files):
        app.include_router(module.router)
    install(app)
    app.add_middleware(Guard, hosts=tuple(hosts))
    return app
