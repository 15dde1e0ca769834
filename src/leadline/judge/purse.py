"""Keeps the caps while many calls are in flight: each takes its worst cost out before it is sent,
and puts back what it did not use."""

import asyncio

from leadline.judge.budget import Budget, Spent


class Purse:
    """Of one run, in one event loop. `spent`: what all runs so far have cost."""

    def __init__(self, budget: Budget, *, spent: Spent) -> None:
        self._budget, self.spent = budget, spent
        self._held: list[Spent] = []
        self._changed = asyncio.Condition()

    async def reserve(self, worst: Spent) -> bool:
        """Wait until a call that may cost `worst` is surely within the caps, and hold that much;
        False if it never will be."""
        async with self._changed:
            while not self._budget.allows(sum(self._held, self.spent) + worst):
                if not self._held:
                    return False
                await self._changed.wait()
            self._held.append(worst)
            return True

    async def settle(self, worst: Spent, *, actual: Spent) -> None:
        """A call that held `worst` has cost `actual`."""
        async with self._changed:
            self._held.remove(worst)
            self.spent += actual
            self._changed.notify_all()
