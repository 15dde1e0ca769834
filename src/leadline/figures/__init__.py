"""Figures, drawn from rows and fitted curves: for the report, for `Result.plot`, for the shell."""
