"""EvalPlus 0.3.1's way to grade programs: what is run, on what, and when an output is right."""
