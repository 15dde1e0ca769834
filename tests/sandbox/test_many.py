"""Many programs at once; time-outs are run again alone; leaving early ends all."""

import threading
import time

import pytest
from sandbox.outside import Outside

from leadline.errors import Stopped
from leadline.sandbox import Limits, Live, Program, Sandbox, timeouts_again_alone

QUICK = "import sys; print(int(sys.stdin.read()) ** 2)"


def test_each_program_gets_its_own_outcome() -> None:
    jobs = [Program(source=QUICK, stdin=str(n).encode()) for n in range(40)]
    found = list(Sandbox(imports="standard").run_all(jobs, workers=4))
    assert sorted(place for place, _ in found) == list(range(40))
    assert all(outcome.stdout == f"{place**2}\n".encode() for place, outcome in found)
    assert {outcome.attempts for _, outcome in found} == {1}


def test_a_timeout_counts_only_after_a_second_run() -> None:
    sandbox = Sandbox(imports="standard", limits=Limits(wall_seconds=0.5, cpu_seconds=5))
    jobs = [Program(source="import time; time.sleep(60)"), Program(source="print(1)")]
    found = list(sandbox.run_all(jobs, workers=2))
    assert [(place, o.attempts) for place, o in found if o.how == "timeout"] == [(0, 2)]
    assert found[-1][0] == 0  # at the end


def test_what_times_out_beside_others_but_not_alone_is_right() -> None:
    """Planted: work that is late whenever something else runs."""
    running, lock, most_alone = [0], threading.Lock(), [0]

    def work(item: int) -> str:
        with lock:
            running[0] += 1
        time.sleep(0.02)
        with lock:
            crowded = running[0] > 1
            running[0] -= 1
        if item % 3 == 0:
            most_alone[0] = max(most_alone[0], running[0])
            return "late" if crowded else "in time"
        return "in time"

    found = list(timeouts_again_alone(work, range(12), workers=4, again=lambda r: r == "late"))
    assert {result for _, result, _ in found} == {"in time"}
    assert sorted(place for place, _, _ in found) == list(range(12))
    assert {place for place, _, attempts in found if attempts == 2} <= {0, 3, 6, 9}


def test_second_results_count_whatever_they_are() -> None:
    found = list(timeouts_again_alone(str, [1, 2], workers=2, again=lambda r: r == "2"))
    assert sorted(found) == [(0, "1", 1), (1, "2", 2)]


def test_an_error_in_the_work_ends_the_rest_and_is_raised() -> None:
    started: list[int] = []

    def work(item: int) -> int:
        started.append(item)
        if item == 0:
            raise ValueError("broken")
        time.sleep(0.05)
        return 0

    with pytest.raises(ValueError, match="broken"):
        list(timeouts_again_alone(work, range(1000), workers=2, again=bool))
    assert len(started) < 100


def test_leaving_early_ends_what_runs(world: Outside) -> None:
    sandbox = Sandbox(imports="standard")
    sleep = Program(source="import time; time.sleep(300)", arguments=world.arguments)
    began = time.monotonic()
    results = sandbox.run_all([Program(source="print(1)"), sleep, sleep, sleep], workers=3)
    place, outcome = next(results)
    assert (place, outcome.stdout) == (0, b"1\n")
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 60
    assert world.left_running() == []


def test_another_thread_can_end_a_program(world: Outside) -> None:
    live = Live()
    threading.Timer(0.3, live.end).start()
    outcome = Sandbox(imports="standard").run(
        "import time; time.sleep(300)", arguments=world.arguments, live=live
    )
    assert (outcome.how, outcome.exit_code) == ("killed", None)
    assert world.left_running() == []
    with pytest.raises(Stopped):
        Sandbox(imports="standard").run("print(1)", live=live)
