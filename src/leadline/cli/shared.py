"""What the commands share: the consoles, and errors that the user can put right."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from leadline.errors import LeadlineError, Stopped

AllowUnsandboxed = Annotated[
    bool,
    typer.Option(
        "--allow-unsandboxed",
        help="Run model-written code even where this machine offers no sandbox. Dangerous.",
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(envvar="LEADLINE_DATA", help="Folder of local data sets [default: the Hub]."),
]
out_console, err_console = Console(), Console(stderr=True)


def say(text: str, *, on: Console = out_console) -> None:
    """Plain lines, whatever names and paths stand in them."""
    from leadline.laws.wording import visible

    on.print(visible(text, keep="\n"), markup=False, highlight=False, soft_wrap=True)


def end(*, notes: Sequence[str], faults: Sequence[str]) -> None:
    """What is to be known of a file that was read; status 1 if some of it could not be used."""
    for line in [f"Note: {note}" for note in notes] + [f"Fault: {fault}" for fault in faults]:
        say(line, on=err_console)
    if faults:
        raise typer.Exit(1)


@contextmanager
def errors() -> Iterator[None]:
    """What the user can put right is one message, not a traceback."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _say_warning
        try:
            yield
        except Stopped as stop:
            say(f"\n{stop}", on=err_console)
            raise typer.Exit(130) from None
        except LeadlineError as error:
            say(f"{type(error).__name__}: {error}", on=err_console)
            raise typer.Exit(2) from None
        except OSError as error:
            say(_os_error(error), on=err_console)
            raise typer.Exit(2) from None


def _os_error(error: OSError) -> str:
    import errno

    if error.errno == errno.ENOSPC:
        return (
            f"No space left on the disk ({error.filename}). All finished rows are stored: free "
            "some space and run the same command again."
        )
    return f"{type(error).__name__}: {error}"


def _say_warning(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    if issubclass(category, UserWarning):
        say(f"Note: {message}", on=err_console)
