"""IFEval's 25 checkers, strict and loose, as Google's and lm-evaluation-harness's are, bug for bug.

Begin at `registry.py` (which checker an instruction names) and `verdicts.py` (strict and loose).
"""
