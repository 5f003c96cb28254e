"""What time sets off. The truth of what is due is in the store; this only wakes the process up."""

from collections.abc import Callable

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger


class Triggers:
    """Wakes `deadline` every `seconds`; a wake-up missed or run twice changes nothing, the job asks the store."""

    def __init__(self, deadline: Callable[[], object], on_error: Callable[[BaseException], None], seconds: int) -> None:
        """Prepare; nothing runs before `start`. `on_error` hears what `deadline` raised."""
        # A memory store on purpose: persistent stores hold pickles, and the truth is in our own tables.
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()}, executors={"default": ThreadPoolExecutor(1)}, timezone="UTC"
        )
        self._scheduler.add_job(
            deadline,
            IntervalTrigger(seconds=seconds, timezone="UTC"),
            id="deadline",
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

        def report(event: JobExecutionEvent) -> None:
            if event.exception is not None:
                on_error(event.exception)

        self._scheduler.add_listener(report, EVENT_JOB_ERROR)

    def start(self) -> None:
        """Begin waking."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop waking, after a running job has ended."""
        self._scheduler.shutdown(wait=True)
