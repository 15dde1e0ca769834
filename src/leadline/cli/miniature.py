"""The commands of the embedded world."""

from pathlib import Path
from typing import Annotated

import typer

from leadline.cli.shared import err_console, errors, out_console


def pretrain(
    name: Annotated[str, typer.Argument(help="A shipped miniature base: llama-0.4m, …")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the model [default: runs/bases/NAME].")
    ] = None,
    tokens: Annotated[
        int | None, typer.Option(min=1, help="Stop early [default: the recipe's number].")
    ] = None,
) -> None:
    """Rebuild a shipped miniature base from its recipe.

    Example: `leadline pretrain llama-0.4m`
    """
    with errors():
        import dataclasses

        from leadline.miniature.bases import find_recipe
        from leadline.miniature.pretrain import pretrain as pretrain_base
        from leadline.progress import one_bar

        recipe = find_recipe(name)
        if tokens:
            recipe = dataclasses.replace(recipe, tokens=tokens)
        with one_bar(err_console) as show:
            folder = pretrain_base(recipe, into=out or Path("runs/bases") / name, progress=show)
        out_console.print(f"Base: {folder.resolve()}", soft_wrap=True)
