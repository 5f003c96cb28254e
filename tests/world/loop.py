"""A seeded event loop in virtual time on which whole hosts die, as computers do: between two steps, without a word."""

import asyncio
import ctypes
import functools
import hashlib
import heapq
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from random import Random
from typing import TypeVar

INLINE = frozenset({"StandardSpace._copy_standard_space"})
"""Work that may run in the place of a thread: it only computes, and heavily (asyncua's standard nodes)."""
_MOST_STEPS = 5_000_000

Result = TypeVar("Result")

_host: ContextVar["Host | None"] = ContextVar("host", default=None)


class Host:
    """A computer, or a process of one: everything that was scheduled while it ran belongs to it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        self.steps = 0
        self.paused_until = 0.0
        self.ready: deque[asyncio.Handle] = deque()
        self.tasks: list[asyncio.Task[object]] = []
        self.context: Context = copy_context()
        self.context.run(_host.set, self)


GRAVEYARD: list[Host] = []
"""Dead hosts stay referenced: a collected task runs its `finally` blocks, and a computer without power does not."""
# Beyond the end of the interpreter too, which collects what modules hold.
ctypes.pythonapi.Py_IncRef(ctypes.py_object(GRAVEYARD))


def host_of(handle: asyncio.Handle) -> "Host | None":
    context: Context = handle._context  # type: ignore[attr-defined]  # nothing else tells where a callback belongs
    return context.get(_host)


def current_host() -> "Host | None":
    return _host.get()


async def pass_time(seconds: float) -> None:
    """Let the world's time pass."""
    await asyncio.sleep(seconds)


class WorldLoop(asyncio.BaseEventLoop):
    """Time passes only when nobody has anything to do; whose step is next is drawn from the seed.

    Steps of one host keep their order, as asyncio promises; hosts are interleaved in any order. `before_step` is called
    before every step of a host, and may kill it. `digest` sums up every step and every `note`.
    """

    _scheduled: list[asyncio.TimerHandle]
    _ready: deque[asyncio.Handle]

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.random = Random(seed)
        self.now = 0.0
        self.steps = 0
        self.outside = Host("outside")
        self.hosts: dict[Host, None] = {self.outside: None}
        self.before_step: Callable[[Host], None] = lambda _host: None
        self.failures: list[str] = []
        self.log: list[tuple[float, str, str]] = []
        self.connect: Callable[..., Coroutine[object, object, tuple[asyncio.Transport, asyncio.BaseProtocol]]]
        self.listen: Callable[..., object]
        self.digest = hashlib.sha256()
        self.set_task_factory(self._task)  # type: ignore[arg-type]  # stubs want a future of any type

    def time(self) -> float:
        return self.now

    def note(self, text: str) -> None:
        self.digest.update(f"{self.now:.6f} {text}\n".encode())

    def host(self, name: str) -> Host:
        host = Host(name)
        self.hosts[host] = None
        return host

    def run_on(self, host: Host, work: Coroutine[object, object, Result]) -> asyncio.Task[Result]:
        return host.context.copy().run(self.create_task, work)

    def kill(self, host: Host) -> None:
        self.note(f"{host.name} dies")
        host.alive = False
        host.ready.clear()
        self.hosts.pop(host, None)
        GRAVEYARD.append(host)
        for task in host.tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # it is pending for good

    def unexpected(self) -> list[str]:
        """What ended in a way that nobody foresaw: exceptions of living hosts' tasks that nobody has taken."""
        lost = [
            f"{host.name}: {task.get_name()} ended with {error!r}"
            for host in self.hosts
            for task in host.tasks
            if task.done() and not task.cancelled() and task._log_traceback and (error := task.exception())
        ]
        return self.failures + lost

    def _task(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[object, object, object], context: Context | None = None
    ) -> asyncio.Task[object]:
        task = asyncio.Task(work, loop=loop, context=context)
        host = (context.get(_host) if context is not None else current_host()) or self.outside
        host.tasks.append(task)
        return task

    def call_exception_handler(self, context: dict[str, object]) -> None:
        self.failures.append(f"{context.get('message')}: {context.get('exception')!r}")

    def run_in_executor(self, _executor: object, func: Callable[..., object], *args: object) -> asyncio.Future[object]:  # type: ignore[override]
        inner = func.args[0] if isinstance(func, functools.partial) and func.args else func
        name = getattr(inner, "__qualname__", repr(inner))
        if name not in INLINE:
            message = f"{name} would run in a thread: no thread has a place in a world that repeats itself"
            raise RuntimeError(message)
        future = self.create_future()
        future.set_result(func(*args))
        return future

    async def create_connection(self, factory: object, _host: str, port: int) -> object:  # type: ignore[override]
        return await self.connect(factory, port)

    async def create_server(self, factory: object, _host: str, port: int) -> object:  # type: ignore[override]
        return self.listen(factory, port)

    def _write_to_self(self) -> None:
        """Nobody sleeps in a system call, so nobody has to be woken."""

    def _process_events(self, event_list: object) -> None:
        """There are no file descriptors."""

    def _run_once(self) -> None:
        self._sort_in()
        while not (runnable := [host for host in self.hosts if host.ready and host.paused_until <= self.now]):
            moments = [host.paused_until for host in self.hosts if host.ready]
            if self._scheduled:
                moments.append(self._scheduled[0].when())
            if not moments:
                raise RuntimeError("nothing will ever happen again in this world")
            self.now = max(self.now, min(moments))
            self._sort_in()
        host = runnable[0] if len(runnable) == 1 else self.random.choice(runnable)
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise RuntimeError("this world does not come to rest")
        if host is not self.outside:
            host.steps += 1
            self.note(host.name)
            self.before_step(host)
        if host.alive and host.ready:
            handle = host.ready.popleft()
            if not handle.cancelled():
                handle._run()

    def _sort_in(self) -> None:
        while self._scheduled and (self._scheduled[0].when() <= self.now or self._scheduled[0].cancelled()):
            timer = heapq.heappop(self._scheduled)
            timer._scheduled = False  # type: ignore[attr-defined]  # as the loop of the standard library does
            self._ready.append(timer)
        while self._ready:
            handle = self._ready.popleft()
            host = host_of(handle) or self.outside
            if host.alive and not handle.cancelled():
                host.ready.append(handle)
