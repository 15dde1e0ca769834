"""Find a shipped miniature base, or its recipe, by name. Imports no torch."""

import difflib
import json
from pathlib import Path

from leadline.errors import BadData, BadStudy
from leadline.miniature.recipes import RECIPES, Recipe
from leadline.records import Model

FOLDER = Path(__file__).parent / "bases"


def find_recipe(name: str) -> Recipe:
    """The recipe of a shipped base. Raises BadStudy with the nearest names if there is none."""
    if name in RECIPES:
        return RECIPES[name]
    near = difflib.get_close_matches(name, RECIPES, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise BadStudy(
        f"there is no miniature base {name!r}. {hint}There are: {', '.join(sorted(RECIPES))}."
    )


def miniature(name: str) -> Model:
    """The shipped base `name` (as in `miniature/llama-0.4m`) with its own rate for fine-tuning."""
    recipe = find_recipe(name)
    folder = FOLDER / name
    try:
        record = json.loads((folder / "recipe.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadData(
            f"the miniature base {name} is not in {folder}. Reinstall leadline, or rebuild it: "
            f"leadline pretrain {name} --out {folder}"
        ) from error
    return Model(
        name=name,
        source=str(folder),
        family=recipe.family,
        parameters=record["parameters"],
        learning_rate=recipe.sft_learning_rate,
    )
