"""Why a response is wrong, by rule: each kind of error is a verdict of its own, and what no rule
can know is undecided, with the reason."""
