"""A Dask cluster on this machine, made of real processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import Client


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers, each a process of its own."""
    file = folder / "scheduler.json"
    environment = {**os.environ, "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical"}
    common = ["--scheduler-file", str(file), "--no-dashboard"]

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            env=environment,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    processes = [start("scheduler", "--host", "127.0.0.1", "--port", "0", *common)]
    try:
        while not file.exists() or not file.read_text():
            time.sleep(0.1)
            assert processes[0].poll() is None
        address = json.loads(file.read_text())["address"]
        for index in range(workers):
            local = ["--local-directory", str(folder / f"worker{index}"), "--nthreads", "1"]
            processes.append(start("worker", address, "--no-dashboard", "--no-nanny", *local))
        if workers:
            with Client(address) as client:
                client.wait_for_workers(workers, timeout=120)
        yield address, processes[1:]
    finally:
        # the scheduler last: a worker may wait for ever for it to answer
        for process in reversed(processes):
            process.terminate()
            process.wait(90)
