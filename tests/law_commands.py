"""What the tests of the laws' commands share: a file of results, and how a refusal looks."""

import csv
import re
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from leadline.cli import app


def truth(n: float) -> float:
    return 1 - (0.25 + 0.6 * (1 + n / 400) ** -0.5)


def leadline(*arguments: object, width: int = 200) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": str(width)})


def said(result: Result) -> str:
    return " ".join(result.output.split())


def table(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def refused(found: Result, words: str) -> None:
    assert found.exit_code == 2, found.output
    assert isinstance(found.exception, SystemExit)  # no traceback
    (line,) = found.stderr.strip().splitlines()
    assert re.match(r"Bad(Data|Study): ", line), line
    assert words in line, line
