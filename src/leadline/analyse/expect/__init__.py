"""What a study expects to see, written down before it runs: claims that its rows can decide.

Each is a frozen dataclass whose fields are its settings and whose `claim` is the sentence that the
page shows. They are stored with the study; `rebuild` makes them again for the page.
"""
