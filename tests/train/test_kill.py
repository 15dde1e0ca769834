"""A training process killed without warning goes on where its last state was, to the same bits."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tiny
from safetensors.torch import load_file

from leadline.protocols import Runtime
from leadline.train.sft import SFT

SFT_LONG = SFT(epochs=150, batch_sizes=((None, 2),))
SCRIPT = """
import sys
from pathlib import Path
import test_kill
test_kill.train(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def train(base: Path, into: Path) -> str:
    model = tiny.Model(name="tiny", source=str(base), parameters=1, learning_rate=1e-3)
    cell, examples = tiny.cell(20), tiny.examples(20)
    return SFT_LONG.train(cell, model, examples, into=into, runtime=Runtime()).path


@pytest.mark.slow
def test_killed_and_resumed_is_bit_identical(tmp_path: Path) -> None:
    base = tmp_path / "base"
    tiny.model(base, hidden_size=64, head_dim=16)
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{here.parent}"}
    command = [sys.executable, "-c", SCRIPT, str(base), str(tmp_path / "killed")]
    process = subprocess.Popen(command, env=environment)
    state = tmp_path / "killed" / "state" / "state.json"
    while not state.exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert state.exists(), "the training ended before it was killed"
    resumed, whole = train(base, tmp_path / "killed"), train(base, tmp_path / "whole")
    ours, theirs = (load_file(Path(path) / "model.safetensors") for path in (resumed, whole))
    assert all(bool((ours[name] == theirs[name]).all()) for name in theirs)
