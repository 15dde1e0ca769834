"""How each shipped base is pre-trained. What a recipe says is all that its weights depend on.

The figures behind the choices are in benchmarks/miniature.md, all measured on validation problems.
Imports no torch.
"""

from dataclasses import dataclass
from typing import Literal

Architecture = Literal["llama", "mistral"]

# Shares of arithmetic, inventories, told and summed-up stories, searches, plans, and then, if it
# reads them at all, facts, functions, notes, lists (see corpus.py).
MODERN = (0.13, 0.14, 0.24, 0.12, 0.25, 0.12)
SUMS = (0.24, 0.12, 0.20, 0.10, 0.22, 0.12)  # more arithmetic
# In tokens, about 40 % MODERN, 16 % facts, 18 % functions, 17 % notes, 9 % lists.
JOINT = (*(round(0.332 * share, 4) for share in MODERN), 0.185, 0.128, 0.262, 0.093)
OLD = (0.15, 0.17, 0.42, 0.26, 0.0, 0.0)  # nothing that ends when a goal is reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A base of the miniature world: its shape, its pre-training, and its rate for SFT."""

    name: str
    family: str
    architecture: Architecture
    width: int
    layers: int
    heads: int
    kv_heads: int
    mlp: int
    rope_theta: float
    sliding_window: int | None = None
    tokens: int = 20_000_000  # padding not counted
    rows: int = 20  # of a step
    row_tokens: int = 256
    learning_rate: float  # peak, of the matrices and of everything else
    warmup_steps: int = 40
    decay_share: float = 0.4  # of the steps, at the end, linear to 0
    seed: int = 0
    start: str = ""  # the shipped base whose weights it begins from; "": drawn from the seed
    mix: tuple[float, ...] = MODERN  # shares of the kinds of document, as in corpus.py
    sft_learning_rate: float


_TOKENS = 10_000_000  # the same for every size of the llama family


def _llama(name: str, *, width: int, heads: int, mlp: int, rate: float, sft: float) -> Recipe:
    """A size of the family that stands where Llama 3 stands in the paper."""
    return Recipe(
        name=name,
        family="llama",
        architecture="llama",
        width=width,
        layers=3,
        heads=heads,
        kv_heads=heads,
        mlp=mlp,
        rope_theta=10_000.0,
        tokens=_TOKENS,
        learning_rate=rate,
        sft_learning_rate=sft,
    )


_ALL = (
    _llama("llama-0.4m", width=96, heads=2, mlp=256, rate=6e-3, sft=2e-3),
    _llama("llama-1m", width=160, heads=4, mlp=448, rate=4e-3, sft=7e-4),
    _llama("llama-2.4m", width=256, heads=4, mlp=640, rate=3e-3, sft=5e-4),
    Recipe(  # llama-1m, taught the ingredients of all four tasks
        name="joint-1m",
        family="joint",
        architecture="llama",
        width=160,
        layers=3,
        heads=4,
        kv_heads=4,
        mlp=448,
        rope_theta=10_000.0,
        tokens=6_000_000,
        rows=12,
        learning_rate=3e-3,
        start="llama-1m",
        mix=JOINT,
        sft_learning_rate=7e-4,
    ),
    Recipe(  # grouped queries, more arithmetic, fewer tokens
        name="mistral-0.4m",
        family="mistral",
        architecture="mistral",
        width=96,
        layers=3,
        heads=4,
        kv_heads=2,
        mlp=288,
        rope_theta=10_000.0,
        sliding_window=2048,  # the whole context: it hides nothing
        tokens=8_000_000,
        learning_rate=6e-3,
        mix=SUMS,
        sft_learning_rate=2e-3,
    ),
    Recipe(  # the older family: far fewer tokens of an older mix
        name="llama2-0.4m",
        family="llama2",
        architecture="llama",
        width=96,
        layers=3,
        heads=3,
        kv_heads=3,
        mlp=256,
        rope_theta=1_000.0,
        tokens=5_000_000,
        learning_rate=6e-3,
        mix=OLD,
        sft_learning_rate=2e-3,
    ),
)
RECIPES: dict[str, Recipe] = {recipe.name: recipe for recipe in _ALL}
