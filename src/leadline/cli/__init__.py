"""The commands. Heavy imports wait until a command needs them: `--help` never imports torch."""

import typer

from leadline.cli import annotating, grading, judge_check, laws, miniature, studies, winrate

app = typer.Typer(
    help="Measure how a language model's abilities grow with the number of post-training examples.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
COMMANDS = {
    "Studies": (studies.run, studies.ladder, studies.plan, studies.status, studies.report),
    "Laws": (laws.fit, laws.forecast, laws.backtest),
    "Grading": (
        grading.tasks,
        grading.problems,
        grading.grade,
        grading.contamination,
        annotating.annotate,
        winrate.winrate,
    ),
    "Miniature": (miniature.pretrain,),
}
for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)

imports = typer.Typer(help="Turn results of other tools into rows.", no_args_is_help=True)
imports.command(name="lm-eval")(laws.lm_eval)
app.add_typer(imports, name="import", rich_help_panel="Laws")
app.add_typer(judge_check.judge, name="judge", rich_help_panel="Grading")
