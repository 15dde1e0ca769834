"""The commands of laws: from anyone's rows to fits, forecasts, and tests of forecasts."""

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadline.cli.shared import err_console, errors, out_console, say

if TYPE_CHECKING:
    from leadline.laws.result import Result

Rows = Annotated[
    list[Path],
    typer.Argument(
        help="CSV, JSON Lines or Parquet with n_examples (or D) and value (or n_correct and "
        "n_test); leadline's measurements.csv."
    ),
]
MetricOption = Annotated[
    str | None, typer.Option(help="Rows of this metric only [default: all; accuracy of leadline's]")
]
PercentOption = Annotated[str, typer.Option(help="Are rates in per cent: infer, yes or no.")]
CurveBy = Annotated[list[str] | None, typer.Option(help="Column that tells curves apart. Repeat.")]
Column = Annotated[
    list[str] | None, typer.Option(help="OURS=THEIRS: a column by another name. Repeat.")
]
PriorOption = Annotated[
    str, typer.Option(help="public, flat, or a file made by `python -m leadline.laws.learn`.")
]
SettingOption = Annotated[
    str | None,
    typer.Option(help="post-training, pretraining or 'from scratch' [default: from the rows]."),
]
DriftOption = Annotated[
    str, typer.Option(help="on; off asks how sure we would be if a law held exactly.")
]


def fit(
    rows: Rows,
    law: Annotated[
        str | None, typer.Option(help="Show one law alone: paper, paper_ml, offset, pow3, …")
    ] = None,
    metric: MetricOption = None,
    percent: PercentOption = "infer",
    curve_by: CurveBy = None,
    column: Column = None,
    prior: PriorOption = "public",
    setting: SettingOption = None,
    drift: DriftOption = "on",
    checklist: Annotated[bool, typer.Option(help="Print what others need to redo it.")] = False,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write all of it as JSON.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Figure: .svg, .png or .pdf [default: ROWS.laws.svg].")
    ] = None,
) -> None:
    """Fit all laws to every curve: comparison, forecasts in plain words, a figure.

    Examples:

    `leadline fit results.csv`

    `leadline fit results.csv --law paper --json fit.json`

    `leadline fit runs/quickstart/measurements.csv --metric accuracy --plot laws.png`
    """
    with errors():
        from leadline.cli import laws_tables

        result = _fitted(rows, metric, percent, curve_by, column, prior, setting, drift)
        if law:
            out_console.print(laws_tables.law_table(result, law))
        else:
            for table in laws_tables.fit_tables(result):
                out_console.print(table)
            say(result.describe())
        if checklist:
            say(result.checklist())
        if json_out:
            _write(json_out, laws_tables.as_json(result, law))
        if not law or plot:
            path = plot or beside(rows[0], ".laws.svg")
            result.plot(path)
            say(f"Figure: {path.resolve()}")


def forecast(
    rows: Rows,
    at: Annotated[list[float] | None, typer.Option(help="Number of examples. Repeat.")] = None,
    factor: Annotated[
        str | None, typer.Option(help="Multiples of the largest measured size: 2,10")
    ] = None,
    target: Annotated[
        float | None, typer.Option(help="How many examples reach this? Per cent, or a loss.")
    ] = None,
    of: Annotated[
        str, typer.Option(help="mean (of seeds, on these problems) or measurement (one more).")
    ] = "mean",
    level: Annotated[str, typer.Option(help="Levels of the intervals, per cent.")] = "80,95",
    cost_per_example: Annotated[float | None, typer.Option(help="With --target.")] = None,
    budget: Annotated[float | None, typer.Option(help="With --cost-per-example.")] = None,
    force: Annotated[bool, typer.Option(help="Beyond 100 times the data, too.")] = False,
    metric: MetricOption = None,
    percent: PercentOption = "infer",
    curve_by: CurveBy = None,
    column: Column = None,
    prior: PriorOption = "public",
    setting: SettingOption = None,
    drift: DriftOption = "on",
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the rows as JSON.")] = None,
) -> None:
    """Forecast what more data would bring, or how much a target needs, with intervals.

    Examples:

    `leadline forecast results.csv --at 5000 --at 20000`

    `leadline forecast results.csv --factor 2,10 --of measurement --level 80,95`

    `leadline forecast results.csv --target 75`

    `leadline forecast results.csv --target 75 --cost-per-example 1.5 --budget 4000`
    """
    with errors():
        from leadline.cli import laws_options as options
        from leadline.cli import laws_tables
        from leadline.cli.laws_needs import Needs

        asked = options.question(
            at=at, factor=factor, target=target, of=of, level=level, cost=cost_per_example,
            budget=budget,
        )  # fmt: skip
        result = _fitted(rows, metric, percent, curve_by, column, prior, setting, drift)
        found: list[Any] = []
        if asked.sizes or asked.factors:
            told = result.forecast(
                asked.sizes, factor=asked.factors, of=asked.of, level=asked.levels, force=force
            )
            out_console.print(laws_tables.forecast_table(result, told))
            found += told
        if asked.target is not None:
            needs = Needs.of(result, asked)
            say(needs.words())
            found += [*needs.data, *needs.purchases]
        for one in result.curves:
            for text in one.warnings:
                say(f"! {one.curve.id}: {text}")
        for note in result.notes:
            say(f"Note: {note}")
        if json_out:
            _write(json_out, [dataclasses.asdict(row) for row in found])


def backtest(
    curves: Rows,
    rows: Annotated[
        Path | None, typer.Option(help="Write a row for each curve, method and point (CSV).")
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(help="Repeat [default: leadline, last, paper, pow3, offset]."),
    ] = None,
    metric: MetricOption = None,
    percent: PercentOption = "infer",
    curve_by: CurveBy = None,
    column: Column = None,
    prior: Annotated[
        str,
        typer.Option(
            help="auto (public, unless it was learned from these tasks: then folds), folds, "
            "public, flat, or a file."
        ),
    ] = "auto",
) -> None:
    """Test forecasts on curves that are known to the end: half is shown, the rest foretold.

    Examples:

    `leadline backtest curves/*.csv --rows out.csv`

    `leadline backtest runs/*/measurements.csv --method leadline --method paper`
    """
    with errors():
        from leadline.cli import laws_options as options
        from leadline.cli import laws_tables
        from leadline.laws.backtest import backtest as run_backtest
        from leadline.laws.methods import DEFAULT

        found = options.read(curves, metric, percent, curve_by, column)
        with err_console.status("reading") as line:
            tested = run_backtest(
                found.curves,
                methods=method or DEFAULT,
                prior=prior,
                progress=lambda what, done, of: line.update(f"{what} ({done} of {of})"),
            )
        if rows:
            _write_text(rows, laws_tables.backtest_csv(tested))
            say(f"Rows: {rows.resolve()}", on=err_console)
        for table in laws_tables.backtest_tables(tested):
            out_console.print(table)
        for note in [*found.notes, *tested.notes]:
            say(f"Note: {note}")


def lm_eval(
    results: Annotated[
        list[Path], typer.Argument(help="Folders or files of lm-evaluation-harness results.")
    ],
    n_examples_from: Annotated[
        str,
        typer.Option(help="A pattern whose group is the number (n(\\d+)), or a CSV map."),
    ],
    repeated: Annotated[
        str, typer.Option(help="refuse, or take the latest of repeated evaluations.")
    ] = "refuse",
) -> None:
    """Turn results of lm-evaluation-harness into rows on standard output.

    Example: `leadline import lm-eval results_dir/ --n-examples-from 'n(\\d+)' > results.csv`
    """
    with errors():
        from leadline.cli import laws_options as options
        from leadline.curves.lm_eval import import_lm_eval, to_csv

        found = import_lm_eval(results, sizes=n_examples_from, repeated=options.repeated(repeated))
        for note in found.notes:
            say(f"Note: {note}", on=err_console)
        typer.echo(to_csv(found.rows), nl=False)


def _fitted(
    rows: list[Path],
    metric: str | None,
    percent: str,
    curve_by: list[str] | None,
    column: list[str] | None,
    prior: str,
    setting: str | None,
    drift: str,
) -> "Result":
    from leadline.cli import laws_options as options
    from leadline.laws.prior import load_prior
    from leadline.laws.result import fit_read

    chosen = load_prior(prior)
    found = options.read(rows, metric, percent, curve_by, column)
    return fit_read(
        found, prior=chosen, setting=options.setting(setting), drift=options.drift(drift)
    )


def beside(rows: Path, ending: str) -> Path:
    """Another ending in place of .csv, .jsonl.gz and the like; results.v2.csv keeps its v2."""
    return rows.with_name(Path(rows.name.removesuffix(".gz")).stem + ending)


def _write(path: Path, content: Any) -> None:
    from leadline.laws.plain import plain

    text = json.dumps(plain(content), indent=1, ensure_ascii=False, allow_nan=False)
    _write_text(path, text + "\n")
    say(f"JSON: {path.resolve()}")


def _write_text(path: Path, text: str) -> None:
    from leadline.files import write_text

    write_text(path, text)
