"""The rules that keep the house a house: who may import whom, and what never imports torch."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "leadline"
HEAVY = ("torch", "transformers")


def imports(path: Path, *, top_level: bool = False) -> set[str]:
    """Modules that a file imports: anywhere, or only when it is itself imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = _outside_functions(tree) if top_level else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _outside_functions(tree: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for node in ast.iter_child_nodes(tree):
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not typing_only:
            found += [node, *_outside_functions(node)]
    return found


def files(*places: str) -> list[Path]:
    found: list[Path] = []
    for place in places:
        path = SOURCE / place
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return found


def touches(names: set[str], prefixes: tuple[str, ...]) -> set[str]:
    return {n for n in names if any(n == p or n.startswith(p + ".") for p in prefixes)}


@pytest.mark.parametrize("path", files("records.py", "errors.py"), ids=lambda p: p.name)
def test_rows_and_errors_import_nothing_of_ours(path: Path) -> None:
    assert not touches(imports(path), ("leadline",))


@pytest.mark.parametrize(
    "path", files("analyse", "laws", "figures", "report"), ids=lambda p: p.name
)
def test_analysis_and_report_never_import_torch_or_a_stage(path: Path) -> None:
    stages = ("leadline.train", "leadline.generate", "leadline.pipeline", "leadline.executors")
    assert not touches(imports(path), HEAVY + stages)


@pytest.mark.parametrize(
    "path", files("tasks", "grade", "sandbox", "responses"), ids=lambda p: p.name
)
def test_tasks_graders_and_the_sandbox_never_import_torch(path: Path) -> None:
    assert not touches(imports(path), HEAVY)


@pytest.mark.parametrize(
    "path",
    files("cli", "study.py", "store.py", "data.py", "leaks.py", "progress.py", "executors.py"),
    ids=lambda p: p.name,
)
def test_light_rooms_never_import_torch(path: Path) -> None:
    assert not touches(imports(path), HEAVY)


def test_no_stage_calls_the_report() -> None:
    stages = [p for p in files(".") if not {"cli", "report"} & set(p.parts)]
    callers = [p.name for p in stages if touches(imports(p), ("leadline.report",))]
    assert callers == []


def test_nothing_imports_a_study() -> None:
    for path in files("."):
        names = touches(imports(path), ("leadline.studies",)) - {"leadline.studies"}
        assert not names, path


def test_no_file_asks_for_remote_code_or_unpickles() -> None:
    for path in files("."):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not touches(imports(path), ("pickle", "cloudpickle", "dill")), path
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "trust_remote_code":
                assert isinstance(node.value, ast.Constant), path
                assert node.value.value is False, path
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "torch.load":
                raise AssertionError(f"{path} calls torch.load")


@pytest.mark.parametrize(
    "program",
    [
        "import leadline.cli",
        "from leadline.cli import app; app(['--help'], standalone_mode=False)",
        "import leadline.report.publish, leadline.report.status",
        "import leadline.laws.result, leadline.figures.plot",
        "import leadline.studies.quickstart",
        "import leadline; leadline.fit([{'n_examples': 10**i, 'value': i / 9} for i in range(4)])",
        "import leadline.laws.backtest, leadline.laws.learn, leadline.laws.score",
        "import leadline.sandbox, leadline.responses.grade, leadline.responses.annotate",
        "import leadline.judge.ask, leadline.judge.check.run, leadline.responses.winrate",
    ],
)
def test_light_commands_never_load_torch(program: str) -> None:
    check = (
        f"import sys; {program}; print([m for m in ('torch', 'transformers') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip().splitlines()[-1] == "[]"
