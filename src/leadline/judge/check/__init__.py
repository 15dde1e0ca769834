"""A judge's accuracy on human labels, measured before its verdicts are trusted."""
