"""Judges of pairs by rule: by length alone, by style alone. They know nothing of the content, so
what they explain of another judge's verdicts, or of people's, needs no content to explain it."""
