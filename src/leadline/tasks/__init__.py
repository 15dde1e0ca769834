"""Tasks: one file each, a source of examples and problems and the grader of the responses."""
