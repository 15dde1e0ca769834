"""Where cells run, never what they are: in this process, or in several beside each other.

On a CPU two one-thread cells beat one two-thread cell for small models, so small models get one
worker a core. A large model gets one worker a GPU, or all threads of one process. The choice
depends on the study and the machine only, so that the same study gives the same rows again.
"""

import multiprocessing
import os
import queue
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from leadline.errors import LeadlineError, Stopped
from leadline.interrupt import ctrl_c
from leadline.progress import Watcher
from leadline.protocols import Runtime

GRACE = 5.0  # seconds for a worker without a parent to save what it has
SMALL = 50_000_000  # parameters; below it a thread is worth more as a worker of its own


@dataclass(frozen=True, kw_only=True)
class Inline:
    """One cell after the other, in this process."""

    watcher: Watcher
    runtime: Runtime

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    def warm(self, function: Callable[[], None]) -> None:
        """Nothing to start: imports happen when they are needed."""

    def map(self, function: Callable[[Any, Runtime], None], jobs: Sequence[Any]) -> None:
        """Run every job; cells that fail are named at the end. Ctrl-C stops at the next step and
        raises Stopped."""
        failed: list[LeadlineError] = []
        with self.watcher.watching(jobs), ctrl_c() as asked:
            for job in jobs:
                progress = partial(self.watcher.update, job.cell.address)
                with _collect(failed):
                    function(job, replace(self.runtime, progress=progress, stop=asked.is_set))
                    progress("done", 1, 1, 0)
        _raise(failed, n_jobs=len(jobs))


class Processes:
    """Several cells at once, each in a fresh process that stays for the next cell. A context: its
    processes end with it."""

    def __init__(self, *, watcher: Watcher, workers: int, runtime: Runtime) -> None:
        """`runtime` is that of each worker."""
        self.watcher, self.workers, self.runtime = watcher, workers, runtime
        context = multiprocessing.get_context("spawn")
        self._events, self._asked, ranks = context.Queue(), context.Event(), context.Queue()
        for rank in range(workers):
            ranks.put(rank)
        setup = (self._events, self._asked, ranks, runtime, os.getpid())
        self._pool = ProcessPoolExecutor(
            workers, mp_context=context, initializer=_enter, initargs=setup
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._asked.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def warm(self, function: Callable[[], None]) -> None:
        """Start the workers and let each run `function` (imports, say) while the caller goes on."""
        with _thread_settings(self.runtime.threads):
            for _ in range(self.workers):
                self._pool.submit(function)

    def map(self, function: Callable[[Any, Runtime], None], jobs: Sequence[Any]) -> None:
        """Run every job; cells that fail are named at the end. Ctrl-C stops all at their next step
        and raises Stopped."""
        watched, relayed = self.watcher.watching(jobs), _relay(self._events, self.watcher)
        with _thread_settings(self.runtime.threads), watched, ctrl_c() as interrupted, relayed:
            _wait(
                [self._pool.submit(_work, function, job) for job in jobs], interrupted, self._asked
            )


def choose(parameters: int, *, watcher: Watcher, workers: int | None = None) -> Inline | Processes:
    """The best executor here for models of this size. `workers` overrides how many."""
    count, runtime = placement(parameters, workers=workers)
    if count == 1:
        return Inline(watcher=watcher, runtime=runtime)
    return Processes(watcher=watcher, workers=count, runtime=runtime)


def placement(parameters: int, *, workers: int | None = None) -> tuple[int, Runtime]:
    """(cells at once, what each of them gets) for models of this size."""
    gpus, cores = count_gpus(), count_cores()
    if gpus:
        fits = parameters * 16 < _gpu_bytes()  # bf16 weights and gradients, float32 moments
        share = Runtime(device="cuda", threads=max(1, cores // gpus), n_gpus=1 if fits else gpus)
        return workers or (gpus if fits else 1), share
    small = parameters < SMALL
    count = workers or (cores if small else 1)
    return count, Runtime(device="cpu", threads=1 if small else max(1, cores // count))


def count_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def count_gpus() -> int:
    """NVIDIA devices, without importing torch."""
    return len(_nvidia_smi("index"))


def _gpu_bytes() -> int:
    return min(int(mib) for mib in _nvidia_smi("memory.total")) * 2**20


def _nvidia_smi(field: str) -> list[str]:
    if not shutil.which("nvidia-smi"):
        return []
    command = ["nvidia-smi", f"--query-gpu={field}", "--format=csv,noheader,nounits"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return found.stdout.split() if found.returncode == 0 else []


# inside a worker ----------------------------------------------------------------------------------

_worker: dict[str, Any] = {}


def _enter(events: Any, asked: Any, ranks: Any, runtime: Runtime, parent: int) -> None:
    """Set up a worker: Ctrl-C is the parent's business, and without a parent there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if runtime.n_gpus == 1:
        os.environ["CUDA_VISIBLE_DEVICES"] = str(ranks.get())

    def orphan() -> bool:
        return os.getppid() != parent

    def leave() -> None:
        while not orphan():
            time.sleep(0.5)
        time.sleep(GRACE)
        os._exit(1)

    def stop() -> bool:
        return bool(asked.is_set()) or orphan()

    threading.Thread(target=leave, daemon=True).start()
    _worker.update(events=events, runtime=replace(runtime, stop=stop))


def _work(function: Callable[[Any, Runtime], None], job: Any) -> None:
    events, address = _worker["events"], job.cell.address

    def progress(stage: str, done: int, total: int, tokens: int) -> None:
        events.put((address, stage, done, total, tokens))

    function(job, replace(_worker["runtime"], progress=progress))
    progress("done", 1, 1, 0)


# around the workers -------------------------------------------------------------------------------


def _wait(futures: list[Future[None]], interrupted: threading.Event, asked: Any) -> None:
    """Until all are done or failed, or the user asks to stop."""
    pending, failed = set(futures), list[LeadlineError]()
    while pending:
        done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
        if interrupted.is_set():
            asked.set()
        for future in done:
            with _collect(failed):
                future.result()
    _raise(failed, n_jobs=len(futures))


@contextmanager
def _collect(failed: list[LeadlineError]) -> Iterator[None]:
    """One cell's fault (a diverged training, say) is no reason to leave the others undone."""
    try:
        yield
    except Stopped:
        raise
    except LeadlineError as error:
        failed.append(error)
    except BrokenProcessPool as error:
        raise LeadlineError(
            "a worker was killed (out of memory?). Everything finished is stored: run the same "
            "command again, with fewer --workers if memory was short."
        ) from error


def _raise(failed: list[LeadlineError], *, n_jobs: int) -> None:
    if len(failed) == 1 or n_jobs == 1:
        for error in failed:
            raise error
    if failed:
        listed = "\n".join(f"- {error}" for error in failed)
        raise LeadlineError(f"{len(failed)} of {n_jobs} cells failed:\n{listed}")


@contextmanager
def _relay(events: Any, watcher: Watcher) -> Iterator[None]:
    """Hand the workers' events to the watcher, in a thread."""
    over = threading.Event()

    def pump() -> None:
        while not over.is_set():
            try:
                watcher.update(*events.get(timeout=0.1))
            except queue.Empty:
                continue

    thread = threading.Thread(target=pump, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _thread_settings(threads: int) -> Iterator[None]:
    """Workers inherit these before they import torch. Active waiting of idle OpenMP threads would
    take the core from the worker beside it."""
    wanted = {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
