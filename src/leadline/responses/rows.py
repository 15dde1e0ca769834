"""Read a file of responses: one JSON object a line. A line that cannot be used is a fault with its
number and never stops the others; what a response says is not looked at here.

| who wrote the file | the problem | the response |
|---|---|---|
| anyone | `problem_id` | `response` or `text`; null: none was had |
| EvalPlus | `task_id` | `solution`, or `completion`, which goes on from the prompt |
| lm-evaluation-harness (`--log_samples`) | `doc.task_id`, `doc.key` or `doc_id` | `resps` |

`model` and `sample` (a number from 0) may stand in any row and are carried through. EvalPlus and
lm-evaluation-harness number no samples: there, a problem's rows are its samples in their order.
"""

import dataclasses
import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

from leadline.errors import BadData
from leadline.records import StopReason

ID_FIELDS = ("problem_id", "task_id", "key", "doc_id")
TEXT_FIELDS = ("response", "solution", "completion", "resps", "text")
_KEPT = 60  # characters of a faulty line that a fault quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response as its file has it. text: None if none was had; sample: None if the file numbers
    none; continues: the text goes on from the problem's prompt; whole: it is a whole program;
    repeats: rows of one problem are its samples, not the same thing twice."""

    line: int  # from 1
    problem_id: str
    given_id: str | int  # the same as the file writes it: what is written about it can be joined
    text: str | None
    model: str | None = None
    sample: int | None = None
    stopped: StopReason = "stop"
    continues: bool = False
    whole: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A line that could not be used, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsesFile:
    """What was read, in the file's order; digest: SHA-256 of the file's bytes."""

    path: Path
    responses: tuple[Response, ...]
    faults: tuple[Fault, ...]
    digest: str


class _Faulty(Exception):
    """This line cannot be used."""


def read_responses(path: Path, *, ids: Literal["needed", "optional"] = "needed") -> ResponsesFile:
    """All rows of a JSON Lines file (`.gz`: compressed). ids: of the problems; where they are
    optional, a row without one is named after its line. Raises BadData if the file is missing,
    empty or has no usable line."""
    responses: list[Response] = []
    faults: list[Fault] = []
    digest = hashlib.sha256()
    filters: set[str] = set()  # lm-evaluation-harness logs a response once for each of its filters
    for number, line in _lines(path):
        digest.update(line)
        if not line.strip():
            continue
        try:
            row = _object(line)
            filters = filters or {str(row.get("filter"))}
            if "resps" not in row or str(row.get("filter")) in filters:
                responses += _responses(number, row, ids=ids)
        except _Faulty as fault:
            faults.append(Fault(line=number, why=str(fault)))
    if not responses:
        shown = f"; line {faults[0].line}: {faults[0].why}" if faults else ""
        raise BadData(
            f"{path} has no response in it ({len(faults)} lines that cannot be used{shown}). "
            'Expected lines like {"problem_id": "0", "response": "…"}.'
        )
    return ResponsesFile(
        path=path,
        responses=tuple(_number_samples(responses)),
        faults=tuple(faults),
        digest=digest.hexdigest(),
    )


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    if path.is_dir():
        raise BadData(f"{path} is a folder; name the JSON Lines file in it.")
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
    except FileNotFoundError:
        raise BadData(f"no such file: {path}. Check the path.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadData(f"{path} cannot be read: {error}. Is it complete, and compressed?") from error


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8"))
        json.dumps(row, ensure_ascii=False).encode()  # half a surrogate pair is not text
    except UnicodeDecodeError:
        raise _Faulty("not UTF-8 text") from None
    except UnicodeEncodeError:
        raise _Faulty("half a surrogate pair is not text") from None
    except (ValueError, RecursionError) as error:
        shown = line[:_KEPT].decode("utf-8", "replace").strip()
        raise _Faulty(f"not JSON ({error}); it begins {shown!r}") from None
    if not isinstance(row, dict):
        raise _Faulty(f"{_kind(row)} instead of a JSON object")
    return row


def _responses(line: int, row: dict[str, Any], *, ids: str) -> list[Response]:
    """The responses of one row: one, but for lm-evaluation-harness's lists."""
    field = next((name for name in TEXT_FIELDS if name in row), None)
    if field is None:
        _refuse_missing(row, "a response", ("response", "text", *TEXT_FIELDS[1:4]))
    texts = _listed(row["resps"]) if field == "resps" else [_text(row[field], field)]
    given_id = f"line {line}" if ids == "optional" and _unnamed(row) else _problem_id(row)
    first = Response(
        line=line,
        problem_id=str(given_id),
        given_id=given_id,
        text=None,
        model=_model(row.get("model")),
        sample=_sample(row.get("sample")),
        stopped=_stopped(row.get("stopped")),
        continues=field == "completion",
        whole=field == "solution",
        repeats=field in ("solution", "completion", "resps"),
    )
    return [dataclasses.replace(first, text=text) for text in texts]


def _problem_id(row: dict[str, Any]) -> str | int:
    doc = row.get("doc")
    inner = doc if isinstance(doc, dict) and "doc_id" in row and "problem_id" not in row else {}
    values = [inner.get("task_id"), inner.get("key"), *(row.get(name) for name in ID_FIELDS)]
    value = next((value for value in values if value is not None), None)
    if value is None:
        _refuse_missing(row, "the problem's id", ID_FIELDS)
    if isinstance(value, float) and value.is_integer():
        return int(value)  # a table program's way to write a whole number
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise _Faulty(f"the problem's id must be text or a whole number, and is {_kind(value)}")
    return value


def _unnamed(row: dict[str, Any]) -> bool:
    return all(row.get(name) is None for name in ID_FIELDS)


def _text(value: Any, field: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _Faulty(f"{field!r} must be text or null, and is {_kind(value)}")
    return value


def _listed(value: Any) -> list[str | None]:
    """`[["a"], ["b"]]`, as lm-evaluation-harness logs the responses to one request each."""
    lists = value if isinstance(value, list) else []
    found = [item for inner in lists for item in (inner if isinstance(inner, list) else [inner])]
    if not found:
        raise _Faulty("'resps' must be a list of lists of text")
    return [_text(item, "resps") for item in found]


def _model(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _Faulty(f"'model' must be text, and is {_kind(value)}")
    return value


def _sample(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _Faulty(f"'sample' must be a whole number from 0, and is {str(value)[:_KEPT]!r}")
    return value


def _stopped(value: Any) -> StopReason:
    return "length" if value == "length" else "failed" if value == "failed" else "stop"


def _refuse_missing(row: dict[str, Any], what: str, names: tuple[str, ...]) -> NoReturn:
    there = ", ".join(repr(name[:_KEPT]) for name in list(row)[:8]) or "nothing"
    raise _Faulty(f"{what} is missing: none of {', '.join(names)} (there is {there})")


def _number_samples(responses: list[Response]) -> Iterator[Response]:
    """Number the samples of rows that number none, where the writer is known to mean samples."""
    n_seen: Counter[tuple[str | None, str]] = Counter()
    n_all = Counter((r.model, r.problem_id) for r in responses)
    for response in responses:
        key = (response.model, response.problem_id)
        if response.sample is None and response.repeats and n_all[key] > 1:
            yield dataclasses.replace(response, sample=n_seen[key])
            n_seen[key] += 1
        else:
            yield response


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", bool: "a truth value", str: "empty text"}
    return "null" if value is None else names.get(type(value), f"a number ({str(value)[:20]})")
