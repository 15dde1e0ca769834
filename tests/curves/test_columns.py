"""What columns mean, in which scale values are, and what counts of right answers say."""

import pytest
from curve_files import Write, only, pairs, refused, said

from leadline.curves.read import read_curves


class TestColumns:
    def test_a_column_may_be_named_after_its_metric(self, write: Write) -> None:
        path = write("train size,eval_loss,accuracy\n1,2.5,0.25\n")
        loss = only(read_curves([path], metric="eval_loss"))
        assert (loss.metric, loss.coordinates["metric"]) == ("loss", "eval_loss")
        assert pairs(only(read_curves([path], metric="accuracy"))) == [(1, 0.25)]
        refused(path, ["eval_loss", "accuracy", "metric="])

    def test_columns_may_be_said(self, write: Write) -> None:
        path = write("rows_used,em,who\n100,0.25,a\n200,0.5,a\n")
        columns = {"n_examples": "rows_used", "value": "em"}
        read = read_curves([path], columns=columns, curve_by=["who"])
        assert (only(read).id, only(read).metric) == ("a", "exact_match")
        refused(path, ["no column 'x'", "rows_used, em, who"], columns={"n_examples": "x"})

    def test_recipes_are_carried(self, write: Write) -> None:
        curve = only(read_curves([write("D,value,batch_size,lr\n1,0.5,2,1e-5\n2,0.5,16,1e-5\n")]))
        assert [p.recipe for p in curve.points] == [
            {"batch_size": "2", "lr": "1e-5"},
            {"batch_size": "16", "lr": "1e-5"},
        ]

    def test_no_metric_is_taken_for_accuracy_and_said(self, write: Write) -> None:
        read = read_curves([write("D,value\n1,0.5\n")])
        assert only(read).metric == "accuracy"
        assert said(read, "read as accuracy")

    def test_only_columns_that_look_misspelt_are_mentioned(self, write: Write) -> None:
        read = read_curves([write("D,value,stdeer,comment\n1,0.5,0.1,x\n")])
        assert said(read, "'stdeer' looks like 'stderr'")
        assert not said(read, "comment")

    def test_missing_columns_say_what_is_there_and_what_is_needed(self, write: Write) -> None:
        words = ["n_exampels, value", "Needed: n_examples", "'n_exampels' looks like 'n_examples'"]
        refused(write("n_exampels,value\n1,0.5\n"), words)
        refused(write("D,model\n1,a\n"), ["no column for value", "n_correct with n_test"])

    def test_two_columns_of_one_meaning_are_refused(self, write: Write) -> None:
        refused(write("D,n_examples,value\n1,1,0.5\n"), ["'D' and 'n_examples'", "columns="])
        refused(write("D,value,Value\n1,0.5,0.5\n"), ["two columns", "'value'"])

    def test_leadlines_own_name_wins_over_a_synonym(self, write: Write) -> None:
        assert pairs(only(read_curves([write("n,n_examples,value\n7,100,0.5\n")]))) == [(100, 0.5)]


class TestScale:
    def test_per_cent_is_inferred_and_said(self, write: Write) -> None:
        read = read_curves([write("D,value,chance,stderr\n1,25,10,1.5\n2,50,10,2\n")])
        curve = only(read)
        assert pairs(curve) == [(1, 0.25), (2, 0.5)]
        assert curve.chance == 0.1
        assert [p.standard_error for p in curve.points] == [0.015, 0.02]
        assert said(read, "per cent", "50")

    def test_fractions_are_said_too(self, write: Write) -> None:
        assert said(read_curves([write("D,value\n1,0.25\n2,0.5\n")]), "fractions", "0.5")

    def test_small_values_may_be_said_to_be_per_cent(self, write: Write) -> None:
        path = write("D,value\n0,0.5\n1,25\n")
        assert pairs(only(read_curves([path], percent="yes"))) == [(0, 0.005), (1, 0.25)]

    def test_each_metric_has_its_own_scale(self, write: Write) -> None:
        rows = "D,metric,value\n1,accuracy,25\n1,mcc,-0.25\n1,loss,2.5\n2,mcc,0.5\n"
        read = read_curves([write(rows)])
        assert {c.metric: c.points[0].value for c in read.curves} == {
            "accuracy": 0.25,
            "mcc": -0.25,
            "loss": 2.5,
        }

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ("1,0.25\n2,50\n", ["line 2", "'0.25'", "50 in the same curve", "line 3", "percent="]),
            ("1,0.25\n2,1.5\n", ["line 2", "1.5", "slip"]),
            ("1,25\n2,150\n", ["line 3", "'150'", "0 to 100 per cent"]),
            ("1,0.25\n2,-0.1\n", ["line 3", "'-0.1'", "outside the range of accuracy"]),
        ],
    )
    def test_mixed_scales_and_ranges_are_refused(
        self, rows: str, words: list[str], write: Write
    ) -> None:
        refused(write("D,value\n" + rows), words)

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ("D,value,chance\n1,45,0.25\n", ["chance: 0.25", "per cent"]),
            ("D,value,stderr,n_test\n1,45,0.0137,1319\n", ["stderr", "0.0137", "fraction"]),
            ("D,value,stderr\n1,0.45,1.37\n", ["stderr", "1.37", "scale of the value"]),
            ("D,value,stderr\n1,0.45,-0.1\n", ["stderr", "-0.1", "negative"]),
            ("D,loss\n1,0\n", ["loss", "'0'", "above 0"]),
        ],
    )
    def test_what_stands_beside_a_value_has_its_scale(
        self, rows: str, words: list[str], write: Write
    ) -> None:
        refused(write(rows), words)


class TestCounts:
    def test_counts_give_the_value(self, write: Write) -> None:
        curve = only(read_curves([write("D,n_correct,n_test\n1,1,4\n2,2,4\n")]))
        assert pairs(curve) == [(1, 0.25), (2, 0.5)]

    def test_counts_of_an_error_are_those_of_right_answers(self, write: Write) -> None:
        curve = only(read_curves([write("D,metric,n_correct,n_test\n1,error,1,4\n")]))
        assert pairs(curve) == [(1, 0.75)]
        refused(write("D,metric,value,n_correct,n_test\n1,error,0.25,1,4\n"), ["disagrees", "0.75"])

    def test_whole_counts_are_found_behind_rounded_values(self, write: Write) -> None:
        points = only(read_curves([write("D,value,n_test\n1,62.11,3270\n2,50,3270\n")])).points
        assert [p.n_correct for p in points] == [2031, 1635]  # 2031 / 3270 = 62.110 %

    def test_a_mean_over_seeds_has_no_counts(self, write: Write) -> None:
        points = only(read_curves([write("D,value,n_test\n1,0.50125,100\n2,0.5,100\n")])).points
        assert [(p.n_test, p.n_correct) for p in points] == [(100, None)] * 2

    def test_a_value_rounded_too_far_has_no_counts(self, write: Write) -> None:
        points = only(read_curves([write("D,value,n_test\n1,0.62,3270\n2,0.55,3270\n")])).points
        assert [p.n_correct for p in points] == [None, None]

    def test_f1_has_no_counts(self, write: Write) -> None:
        read = read_curves([write("D,metric,value,n_correct,n_test\n1,f1,0.6,1,4\n")])
        assert only(read).points[0].n_correct is None
        assert said(read, "f1", "n_correct")

    @pytest.mark.parametrize(
        ("cells", "words"),
        [
            ("0.5,5,4", ["n_correct: 5", "n_test = 4"]),
            ("0.5,1,4", ["value: '0.5'", "1 / 4", "0.25"]),
            ("0.5,-1,4", ["n_correct: '-1'", "negative"]),
            ("0.5,1.5,4", ["n_correct: '1.5'", "whole"]),
            ("0.5,1,", ["n_correct: 1", "n_test"]),
            (",,4", ["value", "empty", "n_correct"]),
            ("0.5,0,0", ["n_test: 0"]),
        ],
    )
    def test_impossible_counts_are_refused(
        self, cells: str, words: list[str], write: Write
    ) -> None:
        refused(write(f"D,value,n_correct,n_test\n1,{cells}\n"), ["line 2", *words])
