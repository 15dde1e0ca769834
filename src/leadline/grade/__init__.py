"""Graders: from a generation to verdicts."""
