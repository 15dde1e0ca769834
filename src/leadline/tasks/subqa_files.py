"""SubQA from the authors' files, for a user who has them (Tang, Ng and Tung, EACL 2021).

1,000 HotpotQA bridge questions with two human-verified sub-questions each; published as data.zip in
https://github.com/yxxytang/subqa. The archive could not be had when this was written and nothing
public says what its files are called, so this reader is untested on them. It takes either layout,
in the folder `subqa/` of a data folder, and refuses anything else with what it found:

- `subqa.json` or `subqa.jsonl`: a row is {"_id": …, "question": …, "answer": …,
  "sub_questions": [{"question": …, "answer": …}, {"question": …, "answer": …}]};
- `original.json`, `sub1.json` and `sub2.json`, each in HotpotQA's own form (rows with "_id",
  "question" and "answer"), the same 1,000 ids in all three.
"""

import json
import os
from pathlib import Path
from typing import Any

from leadline.data import Row, read_jsonl
from leadline.errors import BadData
from leadline.tasks.two_hop_rows import TwoHopRow, link

N_QUESTIONS = 1000
_TOGETHER = ("subqa.json", "subqa.jsonl")
_APART = ("original.json", "sub1.json", "sub2.json")


def read_subqa(folder: str | Path | None) -> list[TwoHopRow]:
    """The 1,000 questions in the files' order. Raises BadData naming the file and the row."""
    place = _place(folder)
    together = [place / name for name in _TOGETHER if (place / name).is_file()]
    if together:
        rows = [_nested(together[0], n, row) for n, row in enumerate(_rows(together[0]))]
    elif all((place / name).is_file() for name in _APART):
        rows = _joined([place / name for name in _APART])
    else:
        found = ", ".join(sorted(path.name for path in place.iterdir())) or "nothing"
        raise BadData(
            f"{place} has neither {' nor '.join(_TOGETHER)} nor the three files "
            f"{', '.join(_APART)}; it has {found}. Name the authors' files so, in the form that "
            "leadline/tasks/subqa_files.py describes."
        )
    if len(rows) != N_QUESTIONS or len({row.id for row in rows}) != N_QUESTIONS:
        raise BadData(
            f"{place}: {len(rows)} questions with {len({row.id for row in rows})} different ids; "
            f"SubQA has {N_QUESTIONS}. Is the file complete?"
        )
    return rows


def _place(folder: str | Path | None) -> Path:
    named = folder if folder is not None else os.environ.get("LEADLINE_DATA")
    place = Path(named) / "subqa" if named else None
    if place is None or not place.is_dir():
        raise BadData(
            f"SubQA is not here: looked for the folder {place or 'subqa/ in a data folder'}. "
            "Unpack data.zip of https://github.com/yxxytang/subqa there, and name the data folder "
            "with --data or LEADLINE_DATA. Without it, use source='compositional_celebrities', "
            "'bamboogle' or 'musique'."
        )
    return place


def _rows(path: Path) -> list[Row]:
    if path.suffix == ".jsonl":
        return read_jsonl(path)
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadData(f"{path} is not a JSON file in UTF-8: {error}.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadData(f"{path} is not a list of objects, as HotpotQA's files are.")
    return rows


def _nested(path: Path, number: int, row: Row) -> TwoHopRow:
    subs = row.get("sub_questions")
    if not isinstance(subs, list) or len(subs) != 2 or not all(isinstance(s, dict) for s in subs):
        raise BadData(
            f"{path}, row {number}: 'sub_questions' must be a list of two objects with 'question' "
            f"and 'answer'; the row's fields are {', '.join(map(repr, list(row)[:8]))}."
        )
    return _row(path, number, [row, *subs])


def _joined(paths: list[Path]) -> list[TwoHopRow]:
    by_id: list[dict[str, Row]] = []
    for path in paths:
        rows = _rows(path)
        by_id.append({_text(path, n, row, "_id"): row for n, row in enumerate(rows)})
    missing = [key for key in by_id[0] if any(key not in other for other in by_id[1:])]
    if missing or any(len(other) != len(by_id[0]) for other in by_id[1:]):
        raise BadData(
            f"{', '.join(path.name for path in paths)} do not have the same ids: "
            f"{len(missing)} of the first are missing in another ({', '.join(missing[:3])})."
        )
    return [
        _row(paths[0], number, [rows[key] for rows in by_id]) for number, key in enumerate(by_id[0])
    ]


def _row(path: Path, number: int, parts: list[dict[str, Any]]) -> TwoHopRow:
    asked = [_text(path, number, part, "question") for part in parts]
    found = [_text(path, number, part, "answer") for part in parts]
    return TwoHopRow(
        id=_text(path, number, parts[0], "_id"),
        question=asked[0],
        hops=((asked[1], found[1]), (asked[2], found[0])),
        golds=tuple(dict.fromkeys((found[0], found[2]))),
        links=(link("first", asked[1]), link("bridge", found[1]), link("second", asked[2])),
    )


def _text(path: Path, number: int, row: Row, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadData(
            f"{path}, row {number}: {name!r} must be text, and is {value!r:.60}; the fields are "
            f"{', '.join(map(repr, list(row)[:8]))}."
        )
    return value.strip()
