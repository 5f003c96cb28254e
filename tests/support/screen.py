"""The web application on a port of its own, and a person at a screen."""

import socket
import threading
from dataclasses import dataclass, field

import uvicorn
from playwright.sync_api import BrowserContext, Page

from dispenser.web.app import create_app
from tests.support.hall import Hall

PATIENCE_MS = 15_000


class Server:
    """The web application on a port of its own, in a thread; can be stopped and started again."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.port = 0
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(create_app(self.hall.services), log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]})
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._server = self._thread = None


@dataclass
class Looker:
    """A person at a screen; every complaint of the browser is kept."""

    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self._hear("error", str(error)))
        page.goto(self.address + path)
        self.pages.append(page)
        return page

    def violations(self) -> list[str]:
        return [found for page in self.pages for found in page.evaluate("window.violations ?? []")]

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)
