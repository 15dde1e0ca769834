"""Every random draw comes from a generator made here, from a seed and the purpose of the draw."""

import hashlib

import numpy as np


def rng(seed: int, purpose: str) -> np.random.Generator:
    """A generator of its own for each (seed, purpose). `seed` is 0 or more.

    The purpose enters through its SHA-256, so draws for one purpose never shift those of another.
    """
    words = np.frombuffer(hashlib.sha256(purpose.encode()).digest(), dtype="<u4")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words.tolist()])))
