"""How many examples a model was trained on is said by a pattern or a table, never guessed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lm_eval_files import curves, ladder, save

from leadline.curves.lm_eval import import_lm_eval
from leadline.errors import BadData


class TestPatterns:
    @pytest.mark.parametrize(
        ("model", "pattern", "expected"),
        [
            ("org/llama-n100", r"-n(\d+)", ("org/llama", 100, "")),
            ("org/llama-10k-it", r"-(\d+k?)-", ("org/llama/it", 10_000, "")),
            ("n5000/s3/m", r"n(?P<n>\d+)/s(?P<seed>\d+)", ("m", 5000, "3")),
            ("m-100", r"(?P<model>\w+)-(?P<n>\d+)", ("m", 100, "")),
            ("m", r"(?:-n(\d+))?$", ("m", 0, "")),
        ],
    )
    def test_the_size_is_taken_out_of_the_name(
        self, model: str, pattern: str, expected: tuple[str, int, str], tmp_path: Path
    ) -> None:
        save(tmp_path, model)
        row = import_lm_eval([tmp_path], sizes=pattern).rows[0]
        assert (row.model, row.n_examples, row.seed) == expected

    @given(n=st.integers(0, 10**7), name=st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True))
    def test_any_size_comes_back(
        self, n: int, name: str, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        folder = tmp_path_factory.mktemp("results")
        save(folder, f"{name}-n{n}")
        row = import_lm_eval([folder], sizes=r"-n(\d+)$").rows[0]
        assert (row.model, row.n_examples) == (name, n)

    def test_the_folder_says_what_the_name_does_not(self, tmp_path: Path) -> None:
        save(tmp_path / "n100", "m")
        save(tmp_path / "n200", "m")
        rows = import_lm_eval([tmp_path], sizes=r"n(\d+)").rows
        assert {(r.model, r.n_examples) for r in rows} == {("m", 100), ("m", 200)}
        rows = import_lm_eval([tmp_path / "n100"], sizes=r"(?:n(\d+))?$").rows
        assert {r.n_examples for r in rows} == {100}  # the base only if nothing is found at all

    @pytest.mark.parametrize(
        ("model", "pattern", "words"),
        [
            ("m", r"-n(\d+)", ["not found in 'm'", "CSV"]),
            ("qwen2-n100", r"n(\d+)", ["'n2'", "'n100'", "stricter"]),
            ("m-10k", r"-(\d+)", ["'10'", "k follows", r"(\d+k?)"]),
            ("m-n1.5", r"-n([\d.]+)", ["1.5", "whole"]),
            ("m-100", r"-\d+", ["one group"]),
            ("m-100", r"(m)-(\d+)", ["one group"]),
            ("m-100", r"-(?P<size>\d+)", ["groups named n"]),
            ("m-100", r"-(\d+", ["regular expression"]),
        ],
    )
    def test_what_is_not_said_or_said_twice_is_refused(
        self, model: str, pattern: str, words: list[str], tmp_path: Path
    ) -> None:
        save(tmp_path, model)
        with pytest.raises(BadData) as error:
            import_lm_eval([tmp_path], sizes=pattern)
        assert all(word in str(error.value) for word in words), str(error.value)


class TestMaps:
    def test_a_table_says_the_sizes(self, tmp_path: Path) -> None:
        ladder(tmp_path / "out")
        (tmp_path / "map.csv").write_text(
            "model,n_examples,base_model,seed,method,batch_size\n"
            "org/llama,0,llama,,,\norg/llama-n100,100,llama,1,sft,2\n"
            'org/llama-n200,200,llama,1,sft,8\norg/llama-n400,"4,000",llama,1,sft,16\nother,7,,,,\n'
        )
        imported = import_lm_eval([tmp_path / "out"], sizes=tmp_path / "map.csv")
        assert "1 rows belong to no result" in imported.notes[0]
        read = curves(imported, tmp_path)
        sft = next(c for c in read.curves if c.id.startswith("llama/mc/sft"))
        assert [(p.n_examples, p.seed) for p in sft.points] == [(100, "1"), (200, "1"), (4000, "1")]
        assert [p.recipe for p in sft.points] == [{"batch_size": n} for n in ("2", "8", "16")]

    def test_a_path_may_be_any_folder_above(self, tmp_path: Path) -> None:
        for n in (100, 200):
            save(tmp_path / f"run{n}" / "eval", "m")
        (tmp_path / "map.csv").write_text("path,n_examples\nrun100,100\nrun200/eval/m/,200\n")
        rows = import_lm_eval([tmp_path], sizes=tmp_path / "map.csv").rows
        assert {r.n_examples for r in rows} == {100, 200}

    @pytest.mark.parametrize(
        ("table", "words"),
        [
            ("model,size\nm,1\n", ["n_examples", "model, size"]),
            ("model,n_examples\nother,1\n", ["no row for the model 'm'"]),
            ("model,n_examples\nm,1\nm,2\n", ["line 2", "line 3", "different"]),
            ("model,n_examples\nm,many\n", ["line 2", "'many'"]),
            ("model,n_examples\nm,\n", ["line 2", "empty"]),
        ],
    )
    def test_a_table_that_does_not_say_is_refused(
        self, table: str, words: list[str], tmp_path: Path
    ) -> None:
        save(tmp_path, "m")
        (tmp_path / "map.csv").write_text(table)
        with pytest.raises(BadData) as error:
            import_lm_eval([tmp_path], sizes=str(tmp_path / "map.csv"))
        assert all(word in str(error.value) for word in words), str(error.value)
