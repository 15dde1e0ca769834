"""Find and read a set of human labels: a file by its path, or a known set by its word and the
folder of local data.
"""

import dataclasses
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from leadline.data import content_digest
from leadline.errors import BadData, BadStudy
from leadline.judge.check.formats import FORMATS, Format
from leadline.judge.check.labels import LabelledPair, LabelledSolution, LabelSet, some_of
from leadline.judge.check.load import Faulty, Placed, read_items, read_placed_rows, shown
from leadline.near import one_of

Item = LabelledPair | LabelledSolution

# A set's word, and where it lies in the folder of local data.
WORDS = {
    "llmbar": "llmbar/llmbar.jsonl",
    "chat": "human_preference_chat/pairs.jsonl",
    "pandalm": "pandalm_human/testset.jsonl",
    "mr_gsm8k": "mr_gsm8k/mr_gsm8k_wrong.jsonl",
    "processbench": "processbench_gsm8k/gsm8k.jsonl",
    "mr_ben": "mr_ben_math/math.jsonl",
    "big_bench_mistake": "big_bench_mistake/multistep_arithmetic.jsonl",
}

# Sets that share their fields are told apart by the subsets that their rows name.
_BY_SUBSETS = {
    "LLMBar": ("Natural", "Adversarial/"),
    "MT-Bench, FairEval and LLMEval^2": ("MT-Bench", "FairEval", "LLMEval^2"),
}


def find_sets(
    named: Sequence[str], *, data: str | None = None, limit: int | None = None
) -> list[LabelSet]:
    """The sets of these paths or words. Raises BadStudy for an unknown word or a set named twice,
    BadData for a file that cannot be used."""
    found = [read_set(find_path(name, data=data), limit=limit) for name in named]
    twice = [s.source for i, s in enumerate(found) if s.digest in [f.digest for f in found[:i]]]
    if twice:
        raise BadStudy(f"--against names the rows of {twice[0]} twice. Name each set once.")
    return found


def find_path(named: str, *, data: str | None = None) -> Path:
    """Where a set lies: the path itself, or for a word its place in the folder of local data (or
    the one that LEADLINE_DATA names)."""
    if "/" in named or "." in named or Path(named).exists():
        return Path(named)
    word = one_of(named, WORDS, what="--against")
    folder = data if data is not None else os.environ.get("LEADLINE_DATA")
    if not folder:
        raise BadStudy(
            f"--against {word} is looked for in a folder of local data. Name it with --data (or "
            "LEADLINE_DATA), or name the file itself: --against PATH."
        )
    return Path(folder) / WORDS[word]


def read_set(path: Path, *, limit: int | None = None) -> LabelSet:
    """All labels in a file, or those of a seeded choice of `limit` rows. Raises BadData with the
    places of faulty rows, or with the known formats if it has none of them."""
    placed = read_placed_rows(path)
    form = _recognise(path, placed)
    items = _told_apart(read_items(path, placed, lambda row: _read(form, row)))
    asked = some_of(len(items), limit)
    kept = [items[i] for i in asked]
    return LabelSet(
        name=_name(form, items),
        source=path.name,
        digest=content_digest(item.id for item in kept),
        n_in_set=len(items),
        pairs=tuple(item for item in kept if isinstance(item, LabelledPair)),
        solutions=tuple(item for item in kept if isinstance(item, LabelledSolution)),
    )


def _recognise(path: Path, placed: Sequence[Placed]) -> Format:
    """The format whose fields most rows have."""
    counts = Counter(f for _, row in placed for f in FORMATS if set(f.fields) <= row.keys())
    if counts:
        return counts.most_common(1)[0][0]
    there = ", ".join(shown(field) for field in list(placed[0][1])[:12]) or "none"
    known = "\n  ".join(f"{f.name}: {', '.join(f.fields)}" for f in FORMATS)
    raise BadData(
        f"{path} is in no format of human labels that is known here. Its fields are: {there}. A "
        f"format is recognised by its fields:\n  {known}"
    )


def _read(form: Format, row: dict[str, object]) -> Item:
    missing = [field for field in form.fields if field not in row]
    if missing:
        raise Faulty(f"{', '.join(missing)} is missing ({form.name})")
    return form.read(row)


def _name(form: Format, items: Sequence[Item]) -> str:
    subsets = [dict(item.groups).get("subset", "") for item in items]
    for name, opens in _BY_SUBSETS.items():
        if form is FORMATS[0] and all(subset.startswith(opens) for subset in subsets):
            return name
    return form.name


def _told_apart(
    items: Sequence[Item],
) -> list[Item]:
    """The same items, a repeat of a row with an id of its own."""
    seen: Counter[str] = Counter()
    told = []
    for item in items:
        seen[item.id] += 1
        repeat = f"{item.id}-{seen[item.id]}"
        told.append(item if seen[item.id] == 1 else dataclasses.replace(item, id=repeat))
    return told
