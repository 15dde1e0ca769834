"""From judgements to rates, counts and fitted laws. Works from rows alone; never imports torch."""
