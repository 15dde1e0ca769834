"""What the catalogue says of a task, and how its word and the flags become one."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadline.near import one_of
from leadline.protocols import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One named way to grade. questions: only these of the task's (empty: all of them);
    settings: what the task is built with for it; completions: responses are programs that go on
    from the prompt, not whole ones."""

    name: str
    questions: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    completions: bool = False


PAPER = Protocol(name="paper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A task by its word. `make` is the task's class, `settings` what this word fixes of it;
    `n_examples` is 0 for a task without a training set of its own; `source` is the Hub's or
    GitHub's name of the data, `folder` its place in a data folder; the first of `protocols` holds
    when none is named; `runs_code`: responses are programs; `pass_at_k`: samples make a pass@k."""

    word: str
    what: str
    make: Callable[..., Task]
    n_problems: int
    n_examples: int
    licence: str
    source: str
    folder: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    protocols: tuple[Protocol, ...] = (PAPER,)
    runs_code: bool = False
    pass_at_k: bool = False

    def protocol(self, name: str | None) -> Protocol:
        """The protocol of that name; the first if None. Raises BadStudy if there is none."""
        by_name = {protocol.name: protocol for protocol in self.protocols}
        if name is None:
            return self.protocols[0]
        return by_name[one_of(name, by_name, what=f"for {self.word}, --protocol")]

    def task(
        self,
        *,
        data: str | None = None,
        n_problems: int | None = None,
        protocol: str | None = None,
        unsandboxed: str | None = None,
    ) -> Task:
        """The task that the word and the flags describe; a flag that it has no use for is passed
        over. data: a folder of data sets; unsandboxed: "allow" runs code without protection."""
        wanted = {"data": data, "n_problems": n_problems, "unsandboxed": unsandboxed}
        taken = {f.name for f in dataclasses.fields(self.make)}  # type: ignore[arg-type]
        given = {k: v for k, v in wanted.items() if v is not None and k in taken}
        return self.make(**{**self.settings, **self.protocol(protocol).settings, **given})
