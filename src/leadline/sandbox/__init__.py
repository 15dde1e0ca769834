"""Model-written code runs here, and nowhere else: `Sandbox`, what it may use, and what holds it."""

from leadline.sandbox.child import Live
from leadline.sandbox.layers import Layers
from leadline.sandbox.limits import Limits, Outcome, Program
from leadline.sandbox.many import timeouts_again_alone
from leadline.sandbox.probe import probe
from leadline.sandbox.sandbox import Sandbox

__all__ = [
    "Layers",
    "Limits",
    "Live",
    "Outcome",
    "Program",
    "Sandbox",
    "probe",
    "timeouts_again_alone",
]
