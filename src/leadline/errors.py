"""What leadline raises for its user: what is wrong, why it matters, and the way out.

Raise these at the border (study, data, store, command line), before any expensive work. Inside,
let ordinary exceptions pass. A failed generation or an unreadable verdict is a row, not an
exception.
"""


class LeadlineError(Exception):
    """Something its user can put right. The command line prints it without a traceback."""


class BadData(LeadlineError):
    """A data file, task or model folder cannot be used as it is."""


class BadStudy(LeadlineError):
    """The study asks for something that cannot be done."""


class StaleCell(LeadlineError):
    """Stored rows were made with other settings than the study has now."""


class Stopped(LeadlineError):
    """The user asked to stop; everything finished so far is stored."""


class SpentBudget(Stopped):
    """A judge may cost no more; everything that was paid for is stored."""
