"""Grading many submissions at a time, with Dask.

A task is a pure function of bytes, so it can run on any machine that has this package: nothing is
read from a shared disk. The grader itself stays the only one to write.
"""

import logging
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import dask
from distributed import (
    CancelledError,
    Client,
    Future,
    KilledWorker,
    LocalCluster,
    as_completed,
)
from distributed.security import Security

from grading.errors import CourseError
from grading.intake import Submission
from grading.result import Result
from grading.submission import Assignment, Settings, grade, refuse
from grading.warm import WarmError

TRIES = 3
"""How often a submission is tried whose worker died."""
_AHEAD = 2  # tasks that wait at each thread, so that none of them has to wait for us


class Graded(NamedTuple):
    """What came of one submission."""

    submission: Submission
    results: Mapping[str, Result]
    """By name of the notebook."""
    error: str = ""
    """Why there are none: the machine's fault, to be tried again."""


def grade_submission(
    submission: Submission, assignment: Mapping[str, Assignment], settings: Settings
) -> dict[str, Result]:
    """Grade all notebooks of a submission.

    Args:
        submission: What was handed in.
        assignment: The instructor's side of each notebook.
        settings: Limits and the like.

    Returns:
        A result for each notebook of the assignment.

    Raises:
        SandboxError: there is no sandbox on this machine.
        WarmError: an interpreter could not be started; trying again may help.
    """
    return {
        name: refuse(ours, settings, submission.missing[name])
        if name in submission.missing
        else grade(submission.notebooks[name], ours, settings, submission.files)
        for name, ours in assignment.items()
    }


@contextmanager
def open_client(scheduler: str | None, jobs: int) -> Iterator[Client]:
    """Connect to a Dask cluster, or start one on this machine for as long as it is needed.

    Args:
        scheduler: Address of a running scheduler, such as ``tcp://host:8786``.
        jobs: How many submissions are graded at a time on a cluster of our own.

    Raises:
        CourseError: nobody answers at that address, or nobody works there.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    settings = {
        "distributed.scheduler.allowed-failures": TRIES,
        "distributed.comm.timeouts.connect": "10s",
        "distributed.admin.large-graph-warning-threshold": "1 GB",  # a task carries its notebook
        "distributed.admin.low-level-log-length": 100,  # a line of it holds on to a whole task
    }
    with dask.config.set(settings):
        if scheduler is None:
            # Encrypted, as whoever could speak to a worker could run code on it.
            security = Security.temporary()
            with _ignoring_interrupts():
                cluster = LocalCluster(
                    n_workers=1,
                    threads_per_worker=jobs,
                    dashboard_address=None,
                    # without a dashboard it still serves, on 8787, which another grader may hold
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                    silence_logs=logging.CRITICAL,
                    security=security,
                )
            with cluster, Client(cluster, security=security) as client:
                yield client
            return
        try:
            client = Client(scheduler)
        except (OSError, ValueError, TypeError) as error:  # the last without a certificate for tls
            raise CourseError(f"{scheduler}: no Dask scheduler answers there ({error})") from None
        with client:
            if not client.nthreads():
                raise CourseError(f"{scheduler}: the scheduler has no workers")
            yield client


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Let what is started meanwhile leave Ctrl-C to the grader, which ends it in its way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def grade_many(
    client: Client,
    submissions: Iterable[Submission],
    assignment: Mapping[str, Assignment],
    settings: Settings,
) -> Iterator[Graded]:
    """Grade submissions as workers become free.

    Args:
        client: Connected to the workers.
        submissions: Read one after the other, shortly before they are needed.
        assignment: The instructor's side of each notebook.
        settings: Limits and the like.

    Yields:
        Each submission when it is done, in no particular order.

    Raises:
        CourseError: a worker has no sandbox, the settings cannot be used, or the scheduler is gone.
    """
    waiting = iter(submissions)
    tries: dict[Future[dict[str, Result]], tuple[Submission, int]] = {}
    done = as_completed()

    def submit(submission: Submission, count: int) -> None:
        future = client.submit(grade_submission, submission, assignment, settings, pure=False)
        tries[future] = submission, count
        done.add(future)

    def fill() -> None:
        with _or_lost():
            threads = sum(client.nthreads().values())
        room = _AHEAD * max(1, threads) - len(tries)
        for _, submission in zip(range(room), waiting, strict=False):
            submit(submission, 1)

    fill()
    while tries:
        with _or_lost():
            future = next(done)
            error = future.exception()
            if isinstance(error, CancelledError):
                raise error
        submission, count = tries.pop(future)
        if isinstance(error, CourseError) and not isinstance(error, WarmError):
            raise error
        if error is None:
            yield Graded(submission, future.result())
        elif count < TRIES and not isinstance(error, KilledWorker):  # that one was tried again
            submit(submission, count + 1)
        else:
            yield Graded(submission, {}, f"{type(error).__name__}: {error}")
        future.release()
        fill()


@contextmanager
def _or_lost() -> Iterator[None]:
    try:
        yield
    except (OSError, CancelledError):
        raise CourseError("the Dask scheduler is gone; run it again for the others") from None
