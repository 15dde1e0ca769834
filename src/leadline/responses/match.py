"""Match responses with problems: what is asked, what was answered, and what does not fit.

Every model in the file was asked every problem. A problem that it has no response to is undecided,
not wrong. A response to no known problem, or a second one to the same problem and sample, is not
graded; it is listed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leadline.errors import BadData
from leadline.records import Problem
from leadline.responses.rows import Response, ResponsesFile

_SHOWN = 10  # ids that a note lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One problem put to one model; response: None if the file has none; given_id: the problem's,
    a number where the file writes numbers."""

    problem: Problem
    given_id: str | int
    model: str | None
    sample: int | None
    response: Response | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """asked: by model in the file's order, then problem, then sample. faults: what of the file
    could not be used; notes: what is worth knowing but no fault."""

    asked: tuple[Asked, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def match(file: ResponsesFile, problems: Sequence[Problem]) -> Matched:
    """Put every response to its problem. Raises BadData if not one belongs to a known problem."""
    known = {problem.id for problem in problems}
    ours = [r for r in file.responses if r.problem_id in known]
    strangers = [r for r in file.responses if r.problem_id not in known]
    if not ours:
        raise BadData(
            f"{file.path}: none of its {len(file.responses)} responses is to a problem of this "
            f"task. Its ids are like {_ids(r.problem_id for r in strangers)}; the task's are like "
            f"{_ids(problem.id for problem in problems[:3])}."
        )
    kept, twice = _once(ours)
    numbered = all(isinstance(r.given_id, int) for r in ours)
    models = dict.fromkeys(r.model for r in file.responses)
    by_model = {model: kept.get(model, {}) for model in models}
    asked = [
        row
        for model, found in by_model.items()
        for row in _asked(model, problems, found, numbered=numbered)
    ]
    return Matched(
        asked=tuple(asked),
        faults=(*_broken(file), *_unknown(strangers), *twice),
        notes=(*_missing(problems, by_model), *_null(ours)),
    )


def match_nothing(file: ResponsesFile) -> Matched:
    """Every response by itself, to no problem that is known."""
    asked = [
        Asked(
            problem=Problem(id=response.problem_id, prompt="", reference=""),
            given_id=response.given_id,
            model=response.model,
            sample=response.sample,
            response=response,
        )
        for response in file.responses
    ]
    faults, notes = tuple(_broken(file)), tuple(_null(file.responses))
    return Matched(asked=tuple(asked), faults=faults, notes=notes)


Samples = dict[int | None, Response]  # one model's, to one problem


def _once(
    responses: Iterable[Response],
) -> tuple[dict[str | None, dict[str, Samples]], list[str]]:
    """The first response to each model, problem and sample; what was said twice, in words."""
    kept: dict[str | None, dict[str, Samples]] = {}
    twice = []
    for response in responses:
        samples = kept.setdefault(response.model, {}).setdefault(response.problem_id, {})
        first = samples.setdefault(response.sample, response)
        if first is not response:
            same = "the same text as" if first.text == response.text else "another text than"
            twice.append(
                f"{response.problem_id[:40]!r} (line {response.line}: {same} line {first.line})"
            )
    if not twice:
        return kept, []
    return kept, [
        f"{len(twice)} responses to a problem that has one already; the first was graded: "
        f"{_listed(twice)}. If they are samples, number them in a field 'sample'."
    ]


def _asked(
    model: str | None,
    problems: Sequence[Problem],
    found: Mapping[str, Samples],
    *,
    numbered: bool,
) -> list[Asked]:
    rows = []
    for problem in problems:
        given_id = int(problem.id) if numbered and problem.id.isdecimal() else problem.id
        samples: Mapping[int | None, Response | None] = found.get(problem.id) or {None: None}
        for sample in sorted(samples, key=lambda number: -1 if number is None else number):
            rows.append(
                Asked(
                    problem=problem,
                    given_id=given_id,
                    model=model,
                    sample=sample,
                    response=samples[sample],
                )
            )
    return rows


def _missing(
    problems: Sequence[Problem], kept: Mapping[str | None, Mapping[str, Samples]]
) -> list[str]:
    """Problems without a response, said once for all models that lack the same ones."""
    lacking: dict[tuple[str, ...], list[str | None]] = {}
    for model, found in kept.items():
        missing = tuple(problem.id for problem in problems if problem.id not in found)
        lacking.setdefault(missing, []).append(model)
    notes = []
    for missing, models in lacking.items():
        named = [f"{model[:40]!r}" for model in models if model is not None]
        of = f" of {_listed(named)}" if named else ""
        if missing:
            notes.append(
                f"{len(missing):,} of {len(problems):,} problems have no response{of}, and are "
                f"undecided: {_ids(missing)}."
            )
    return notes


def _null(responses: Iterable[Response]) -> list[str]:
    null = [r.problem_id for r in responses if r.text is None or r.stopped == "failed"]
    if not null:
        return []
    return [f"{len(null)} responses are null or failed, and undecided: {_ids(null)}."]


def _broken(file: ResponsesFile) -> list[str]:
    if not file.faults:
        return []
    lines = [f"line {fault.line}: {fault.why}" for fault in file.faults]
    return [f"{len(lines)} lines could not be used: {_listed(lines, separator='; ')}."]


def _unknown(strangers: Sequence[Response]) -> list[str]:
    if not strangers:
        return []
    ids = [f"{r.problem_id[:40]!r} (line {r.line})" for r in strangers]
    return [f"{len(ids)} responses are to no problem of this task: {_listed(ids)}."]


def _ids(ids: Iterable[str]) -> str:
    return _listed([repr(name[:40]) for name in ids])


def _listed(parts: Sequence[str], *, separator: str = ", ") -> str:
    shown = separator.join(parts[:_SHOWN])
    left = len(parts) - _SHOWN
    return shown if left <= 0 else f"{shown} and {left} more"
