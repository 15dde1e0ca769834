"""Many pieces of work at once, in threads; what timed out is done again, alone, before it counts.

A time-out beside other work may be the other work's fault: HumanEval+ has been seen to fall from
0.40 to 0.23 on a busy machine (evalplus#5).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def timeouts_again_alone(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int,
    again: Callable[[Result], bool],
    stop: Callable[[], None] = lambda: None,
) -> Iterator[tuple[int, Result, int]]:
    """Yield (place of the item, result, attempts) as results come.

    Those for which `again` holds are kept back and worked a second time at the end, one by one;
    the second result is yielded, whatever it is. If the caller leaves early, or work raises, what
    is running is ended by `stop`, and the rest never starts.
    """
    late: list[int] = []
    pool = ThreadPoolExecutor(workers, thread_name_prefix="sandbox")
    try:
        futures = {pool.submit(work, item): place for place, item in enumerate(items)}
        for future in as_completed(futures):
            result, place = future.result(), futures.pop(future)
            if again(result):
                late.append(place)
            else:
                yield place, result, 1
        for place in sorted(late):
            yield place, pool.submit(work, items[place]).result(), 2
    except BaseException:  # also GeneratorExit: the caller has left
        pool.shutdown(wait=False, cancel_futures=True)
        stop()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
