"""Annotated word-problem templates (GSM-Symbolic): parsed, drawn afresh, never executed."""
