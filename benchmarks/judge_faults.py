"""What happens to questions for a judge when nearly everything goes wrong.

    python -m benchmarks.judge_faults [--questions 2000] [--rate 0.3]

A real server with a stand-in judge (it can add) meets 30 % of the requests with a fault, of 14
kinds. The asking process is killed in the middle (SIGKILL) and started again with the same store.
The server's own account says what was asked and paid for; each verdict is compared with the sum.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import RESULTS, provenance, table, write_section
from leadline.files import read_rows
from leadline.judge.ask import ask_all
from leadline.judge.store import read_store

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))
from fault_server import FaultServer  # noqa: E402
from sum_judge import sum_endpoint, sum_judge, sum_questions, sums  # noqa: E402

TITLE = "A judge through faults and a kill"
AT_ONCE = 16
Rows = list[Sequence[object]]


def ask_and_kill(server: FaultServer, store: Path, *, n: int) -> float:
    """Seconds until the asking process was killed, when half as many calls as questions came."""
    client = [sys.executable, str(TESTS / "sum_judge.py")]
    process = subprocess.Popen([*client, server.url, str(store), str(n), str(AT_ONCE)])
    began = time.perf_counter()
    while len(server.calls) < n // 2:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return time.perf_counter() - began


def asked(server: FaultServer, *, first: int = 0, good: bool = False) -> Counter[str]:
    """How often each claim was asked, or got a good reply."""
    calls = [call for call in server.calls[first:] if not (good and call.fault)]
    return Counter(call.asked.material("Claim") for call in calls)


def timed_out(store: Path) -> set[str]:
    """Claims of calls whose time was up before a whole reply came."""
    rows = read_rows(store)[1:]
    return {row["key"] for row in rows if "no whole reply" in row.get("reason", "")}


def measure(n: int, rate: float, store: Path) -> tuple[Rows, Rows]:
    """What became of the questions, and the faults that they met."""
    truth = {claim: "yes" if true else "no" for claim, true in sums(n)}
    with FaultServer(judge=sum_judge, rate=rate, slow=1.5) as server:
        endpoint = sum_endpoint(server.url, concurrency=AT_ONCE)
        seconds = ask_and_kill(server, store, n=n)
        time.sleep(1.5)
        kept = set(read_store(store, identity=endpoint.identity).verdicts)
        n_before, replied = len(server.calls), asked(server, good=True)
        began = time.perf_counter()
        answers = list(ask_all(endpoint, sum_questions(n), store=store))
        seconds += time.perf_counter() - began
        spent = read_store(store, identity=endpoint.identity).spent
        keys = {question.key for question in sum_questions(n) if question.content in kept}
        n_calls, n_tokens = server.spent()
        causes = Counter(answer.cause or "a verdict" for answer in answers)
        wrong = sum(a.meaning is not None and a.meaning != truth[a.key] for a in answers)
        again = sum(times for key, times in asked(server, first=n_before).items() if key in keys)
        twice = {key for key, times in asked(server, good=True).items() if times > 1}
        lost = set(replied) - keys
        late = twice & timed_out(store) - lost
        faults = Counter(call.fault or "none" for call in server.calls)
    outcomes: Rows = [
        ["questions", n],
        *([f"… ended as {cause}", count] for cause, count in causes.most_common()),
        ["wrong verdicts", wrong],
        ["stored when it was killed", len(keys)],
        ["… of them asked again", again],
        ["replied to and not stored at the kill (in flight)", len(lost)],
        ["questions with two good replies", len(twice)],
        ["… because the first was in flight at the kill", len(twice & lost)],
        ["… because the first came when its time was up", len(late)],
        ["calls, by the server and by the store", f"{n_calls:,} / {spent.requests:,}"],
        ["tokens, by both", f"{n_tokens:,} / {spent.prompt_tokens + spent.completion_tokens:,}"],
        ["… calls of unknown cost, at their worst", spent.n_assumed],
        ["seconds", f"{seconds:.1f}"],
    ]
    return outcomes, [[fault, count] for fault, count in faults.most_common()]


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=0.3, help="share of requests with a fault")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to write to")
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcomes, faults = measure(flags.questions, flags.rate, Path(folder) / "answers.jsonl")
    parts = [
        provenance(" ".join(["python -m benchmarks.judge_faults", *sys.argv[1:]])),
        f"{flags.rate:.0%} of the requests meet a fault; {AT_ONCE} calls in flight.",
        table(["what became of them", "count"], outcomes),
        table(["fault", "requests"], faults),
    ]
    write_section(TITLE, "\n\n".join(parts), path=flags.results)


if __name__ == "__main__":
    main()
