"""Learning curves from anyone's rows: read, checked, and nothing guessed; no torch."""
