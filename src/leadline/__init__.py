"""leadline measures how a language model's abilities grow with post-training examples.

`leadline.fit(rows)` fits learning curves and forecasts; see `leadline.laws.result`.
"""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`leadline.fit`, imported when it is first asked for: numpy and scipy take a while."""
    if name == "fit":
        from leadline.laws.result import fit

        return fit
    raise AttributeError(f"module 'leadline' has no attribute {name!r}")
