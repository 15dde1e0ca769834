"""Any generative task of lm-evaluation-harness, by its name, through its documented interface
(https://github.com/EleutherAI/lm-evaluation-harness, docs/new_task_guide.md and
docs/task_guide.md; `TaskManager`, `fewshot_context`, `construct_requests`, filters and
`process_results` of version 0.4.13).

Prompts are lm-eval's plain contexts, few-shot examples included, as one user message; what it does
with a model's own chat template is another protocol. Responses are cut at the task's stop strings,
as its models do, then pass each of its filters, and its own `process_results` grades them.

A task whose yaml names Python functions runs them, as lm-eval does; a task that runs model-written
code is refused, because lm-eval has no sandbox. Needs `pip install 'leadline[lm-eval]'`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from leadline.errors import BadData, BadStudy
from leadline.grade.readings import Reading, judged
from leadline.records import Example, Generation, Judgement, Problem
from leadline.settings import where
from leadline.tasks.chosen import chosen
from leadline.tasks.lm_eval_load import GENERATIVE, Loaded, load_task

FEWSHOT_SEED = 1234  # lm_eval.evaluator.simple_evaluate's default


@dataclass(frozen=True, kw_only=True)
class LmEvalTask:
    """task: its name in lm-eval. num_fewshot: None for as many as the task itself says.
    include_path: a folder with yaml files of further tasks, as lm-eval's --include_path.
    n_problems: so many only, drawn once for all (fewer are a part of more). A problem's id is its
    place in the task's test set, from 0; its `detail` has lm-eval's stop strings and token limit.

    The first metric under the first filter is `correct`; the others are `metric:filter`."""

    task: str
    num_fewshot: int | None = None
    include_path: str | None = where(None)
    n_problems: int | None = None

    @property
    def name(self) -> str:
        shots = "" if self.num_fewshot is None else f"-{self.num_fewshot}shot"
        return f"lm-eval-{self.task}{shots}"

    @property
    def questions(self) -> tuple[str, ...]:
        return tuple(self._questions().values())

    @property
    def grader_version(self) -> str:
        return f"lm-eval-{version('lm-eval')}+{self._load().task.VERSION}"

    def examples(self) -> list[Example]:
        """The task's own training part: the question without few-shot examples, and its target."""
        task = self._load().task
        if not task.has_training_docs():
            raise BadStudy(f"{self.name} has no training part: name a training set.")
        return [
            Example(id=str(i), prompt=str(task.doc_to_text(doc)), response=_target(task, doc))
            for i, doc in enumerate(task.training_docs())
        ]

    def problems(self) -> list[Problem]:
        return chosen(list(self._all()), self.n_problems, name=self.name)

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        """A verdict for each metric under each filter: yes for 1, no for 0; undecided, with the
        value as the reason, for a metric that is no yes or no (and for a failed generation)."""
        values = {} if generation.stopped == "failed" else self._grade(problem, generation.text)
        readings = {
            question: _reading(key[0], values.get(key))
            for key, question in self._questions().items()
        }
        return judged(generation, readings, by=self.grader_version)

    def check(self) -> None:
        """Every problem can be asked and graded. That gold answers grade yes is not asked: many of
        lm-eval's targets are not in the form that its own filters look for."""
        for problem in self._all():
            try:
                self._grade(problem, problem.reference)
            except Exception as error:  # whatever a task's own functions raise
                raise BadData(
                    f"{self.name}, problem {problem.id}: lm-eval cannot grade its target "
                    f"{problem.reference[:60]!r}: {error!r}."
                ) from error

    def _grade(self, problem: Problem, text: str) -> dict[tuple[str, str], tuple[Any, str]]:
        """(metric, filter) → (value, what the filter left of the response)."""
        from lm_eval.api.instance import Instance  # type: ignore[import-untyped]

        task, docs = self._load()
        doc = docs[int(problem.id)]
        cut = _cut(text, task.config.generation_kwargs)
        values = {}
        for ensemble in task._filters:
            instance = Instance(request_type=GENERATIVE, doc=doc, arguments=("", {}), idx=0)
            instance.resps.append(cut)
            ensemble.apply([instance])
            filtered = instance.filtered_resps[ensemble.name]
            for metric, value in task.process_results(doc, [filtered]).items():
                values[metric, ensemble.name] = (value, str(filtered))
        return values

    def _questions(self) -> dict[tuple[str, str], str]:
        """The question of each (metric, filter)."""
        task = self._load().task
        keys = [(m, e.name) for m in task.aggregation() for e in task._filters]
        return {key: f"{key[0]}:{key[1]}" if i else "correct" for i, key in enumerate(keys)}

    def _all(self) -> Iterator[Problem]:
        """Every problem. Few-shot examples are drawn in the test set's order, as lm-eval does, so
        all contexts are made even where a part is wanted."""
        task, docs = self._load()
        task.set_fewshot_seed(FEWSHOT_SEED)
        own = task.config.num_fewshot
        if self.num_fewshot and own == 0:
            raise BadStudy(
                f"{self.name}: the task itself says that it takes no few-shot examples, and "
                f"lm-eval then ignores num_fewshot={self.num_fewshot}. Leave it out."
            )
        shots = own if self.num_fewshot is None else self.num_fewshot
        limits = task.config.generation_kwargs or {}
        for number, doc in enumerate(docs):
            context = task.fewshot_context(doc, shots or 0, gen_prefix=task.doc_to_prefix(doc))
            detail = {"until": _stops(limits), "max_gen_toks": limits.get("max_gen_toks", 256)}
            yield Problem(
                id=str(number), prompt=context, reference=_target(task, doc), detail=detail
            )

    def _load(self) -> Loaded:
        return load_task(self.task, include_path=self.include_path)


def _reading(metric: str, found: tuple[Any, str] | None) -> Reading:
    if found is None:
        return Reading("undecided", reason=f"lm-eval gave no {metric} for this response")
    value, extracted = found
    if isinstance(value, (bool, int, float)) or hasattr(value, "item"):
        number = value.item() if hasattr(value, "item") else value
        if number in (0, 1):
            return Reading("yes" if number else "no", extracted)
    return Reading("undecided", extracted, f"{metric} is {value!r:.80}")


def _stops(limits: Mapping[str, Any]) -> list[str]:
    until = limits.get("until") or []
    return [until] if isinstance(until, str) else list(until)


def _cut(text: str, limits: Mapping[str, Any] | None) -> str:
    """The text up to the first of the stop strings, as lm-eval's models return it."""
    places = [text.find(stop) for stop in _stops(limits or {}) if stop]
    return text[: min([place for place in places if place >= 0], default=len(text))]


def _target(task: Any, doc: Any) -> str:
    """A doc's target as text: the choice that a number means, the first of several."""
    target = task.doc_to_target(doc)
    if isinstance(target, int) and task.config.doc_to_choice is not None:
        target = task.doc_to_choice(doc)[target]
    if isinstance(target, list):
        target = target[0] if target else ""
    return str(target)
