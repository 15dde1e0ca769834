"""Training sets: what an example is made of, and that a copy in another order or shape is it."""

import gzip
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leadline.errors import BadData
from leadline.sets import conifer, dolly, lima
from leadline.sets.conifer import Conifer
from leadline.sets.dolly import Dolly
from leadline.sets.lima import Lima


def raw(folder: Path, local: str) -> list[dict[str, Any]]:
    with gzip.open(folder / local, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def test_dolly_joins_context_to_instruction(shared_data: Path) -> None:
    examples = Dolly(data=str(shared_data)).examples()
    assert len(examples) == 15011
    assert len({example.id for example in examples}) == 15011
    rows = raw(shared_data, dolly.PIN.local)
    wanted = Counter(
        (
            f"{r['instruction']}\n\n{r['context']}" if r["context"] else r["instruction"],
            r["response"],
        )
        for r in rows
    )
    assert Counter((e.prompt, e.response) for e in examples) == wanted
    assert sum(1 for e in examples if "\n\n" in e.prompt) >= 4467


def test_dolly_in_another_order_is_the_same(shared_data: Path, tmp_path: Path) -> None:
    rows = raw(shared_data, dolly.PIN.local)
    random.Random(1).shuffle(rows)
    write(tmp_path / dolly.PIN.file, rows)
    assert Dolly(data=str(tmp_path)).examples() == Dolly(data=str(shared_data)).examples()


def test_dolly_with_a_row_less_is_refused(shared_data: Path, tmp_path: Path) -> None:
    write(tmp_path / dolly.PIN.file, raw(shared_data, dolly.PIN.local)[1:])
    with pytest.raises(BadData, match="15010 rows"):
        Dolly(data=str(tmp_path)).examples()


def test_lima_is_its_single_turn_rows(shared_data: Path) -> None:
    examples = Lima(data=str(shared_data)).examples()
    assert len(examples) == 1000
    rows = raw(shared_data, lima.PIN.local)
    dialogues = {row["instruction"] for row in rows if row["history"]}
    assert len(dialogues) == 29
    assert not dialogues & {example.prompt for example in examples}


def test_lima_as_the_hub_shapes_it_is_the_same(shared_data: Path, tmp_path: Path) -> None:
    rows = [
        {
            "conversations": [
                *(text for turn in row["history"] for text in turn),
                row["instruction"],
                row["output"],
            ],
            "source": "",
        }
        for row in reversed(raw(shared_data, lima.PIN.local))
    ]
    write(tmp_path / lima.PIN.file, rows)
    assert Lima(data=str(tmp_path)).examples() == Lima(data=str(shared_data)).examples()


@pytest.fixture
def conifer_folder(tmp_path: Path) -> str:
    """As many dialogues as the published file has, of 1 to 5 turns in turn."""
    rows = [
        {"messages": dialogue(i, n_turns=1 + i % 5), "type": "Easy-to-Hard"}
        for i in range(conifer.PIN.n_rows)
    ]
    path = tmp_path / conifer.PIN.file
    path.parent.mkdir()
    pl.DataFrame(rows).write_parquet(path)
    return str(tmp_path)


def dialogue(i: int, *, n_turns: int) -> list[dict[str, str]]:
    return [
        {"role": role, "content": f"{role} {i}.{turn}"}
        for turn in range(n_turns)
        for role in ("user", "assistant")
    ]


def test_conifer_takes_first_and_last_turns_of_the_same_dialogues(conifer_folder: str) -> None:
    hard, easy = (
        Conifer(level=level, data=conifer_folder).examples() for level in ("hard", "easy")
    )
    assert [e.id for e in hard] == [e.id for e in easy]
    assert [e.id for e in hard] == [str(i) for i in range(conifer.PIN.n_rows) if i % 5 >= 3]
    assert (easy[0].prompt, easy[0].response) == ("user 3.0", "assistant 3.0")
    assert (hard[0].prompt, hard[0].response) == ("user 3.3", "assistant 3.3")
    assert (hard[1].prompt, hard[1].response) == ("user 4.4", "assistant 4.4")


def test_conifer_with_another_number_of_rows_is_refused(tmp_path: Path) -> None:
    rows = [{"messages": dialogue(0, n_turns=4)}]
    (tmp_path / conifer.PIN.file).parent.mkdir()
    pl.DataFrame(rows).write_parquet(tmp_path / conifer.PIN.file)
    with pytest.raises(BadData, match=r"1 rows .* 13606 rows with digest unknown"):
        Conifer(data=str(tmp_path)).examples()


def test_conifer_with_a_turn_missing_is_refused(tmp_path: Path) -> None:
    rows = [{"messages": dialogue(0, n_turns=4)[1:]}] * conifer.PIN.n_rows
    (tmp_path / conifer.PIN.file).parent.mkdir()
    pl.DataFrame(rows).write_parquet(tmp_path / conifer.PIN.file)
    with pytest.raises(BadData, match="row 0: the messages are assistant, user"):
        Conifer(data=str(tmp_path)).examples()


def test_sets_have_names_for_addresses() -> None:
    names = [s.name for s in (Dolly(), Lima(), Conifer(), Conifer(level="easy"))]
    assert names == ["dolly", "lima", "conifer-hard", "conifer-easy"]
