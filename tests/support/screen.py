"""The web application on a port of its own, and a person at a screen."""

import socket
import threading
from dataclasses import dataclass, field

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from dispenser.web.app import create_app
from tests.support.hall import Hall

PATIENCE_MS = 15_000
TOUCH = 48
TARGETS = (
    "button, .button, summary, nav a, .tile a[href], a.row, .trail a, .check, input:not([type=hidden], [type=checkbox])"
)
SMALL = """
    (selector) => [...document.querySelectorAll(selector)]
        .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.height < %d || box.width < %d))
        .map(([html, box]) => `${html} ${box.width}x${box.height}`)
"""
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def barriers(page: Page) -> list[tuple[str, str, list[str]]]:
    """What axe finds on a page: rule, impact, and where."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(each["id"], each["impact"], [node["html"] for node in each["nodes"]]) for each in found]


def too_small(page: Page) -> list[str]:
    """What a gloved finger would miss, and how far the page is wider than the screen, where it is."""
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*page.evaluate(SMALL % (TOUCH, TOUCH), TARGETS), *([f"{too_wide} px too wide"] if too_wide > 0 else [])]


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
