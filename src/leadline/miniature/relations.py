"""What the things of the miniature world's islands have one of, and the ways to say and ask so.

The wordings of questions are in order of frequency (Zipf, see world.py). The corpus knows the
statements, and no question.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["song", "person", "town", "river", "thing"]


@dataclass(frozen=True, slots=True)
class Relation:
    """What a subject has one of. In the texts {x} is the subject and {y} its one."""

    noun: str
    subject: Kind
    value: Kind
    tells: tuple[str, ...]  # as the corpus states the fact; the first is also how answers do
    means: tuple[str, ...]  # "the author of {x}": stands for the value inside a longer question
    asks: tuple[str, ...]  # whole questions; {x} may itself be a phrase of `means`

    @property
    def asked(self) -> str:
        """How a solution asks for it."""
        return f"{'Who' if self.value == 'person' else 'What'} is the {self.noun} of {{x}}?"


RELATIONS = (
    Relation(
        "author",
        "song",
        "person",
        (
            *("The author of {x} is {y}.", "{y} wrote {x}.", "{x} is a song by {y}."),
            *("The song {x} is from {y}.", "{y} is the author of {x}.", "{x} was made by {y}."),
        ),
        (
            *("the author of {x}", "the one who wrote {x}", "the person who made {x}"),
            *("the one behind the song {x}", "the friend who gives us {x}", "the maker of {x}"),
            *("whoever came up with {x}", "the one that people thank for {x}"),
        ),
        (
            *("Who is the author of {x}?", "Who wrote {x}?", "Who made the song {x}?"),
            *("{x} is a song by whom?", "Find who is behind {x}.", "Whom do we thank for {x}?"),
        ),
    ),
    Relation(
        "stage",
        "song",
        "town",
        (
            *("The stage of {x} is {y}.", "They sing {x} in {y}.", "{x} is sung in {y}."),
            *("In {y} all sing {x}.", "{y} is the stage of {x}.", "One hears {x} in {y}."),
        ),
        (
            *("the stage of {x}", "the town that sings {x}", "the place where they sing {x}"),
            *("the town where one hears {x}", "the town of the song {x}", "where {x} is sung"),
            *("the only town with {x} on its stage", "the place to go for {x}"),
        ),
        (
            *("What is the stage of {x}?", "Where do they sing {x}?", "Which town sings {x}?"),
            *("Where does one hear {x}?", "Find the town of the song {x}.", "Where to go for {x}?"),
        ),
    ),
    Relation(
        "home",
        "person",
        "town",
        (
            *("The home of {x} is {y}.", "{x} lives in {y}.", "{y} is the home of {x}."),
            *("{x} has a room in {y}.", "In {y} lives {x}.", "{x} is at home in {y}."),
        ),
        (
            *("the home of {x}", "the town where {x} lives", "the town that {x} lives in"),
            *("where {x} has a room", "the town of {x}", "the place that {x} calls home"),
            *("where {x} goes to bed", "the town to look in for {x}"),
        ),
        (
            *("What is the home of {x}?", "Where does {x} live?", "In which town does {x} live?"),
            *("Which town is home to {x}?", "Where is the room of {x}?", "Find where {x} lives."),
            *("Where does one look for {x}?", "Where does {x} go to bed?"),
        ),
    ),
    Relation(
        "teacher",
        "person",
        "person",
        (
            *("The teacher of {x} is {y}.", "{y} teaches {x}.", "{x} learns from {y}."),
            *("{y} is the teacher of {x}.", "{x} goes to {y} to learn.", "{y} shows {x} how."),
        ),
        (
            *("the teacher of {x}", "the one who teaches {x}", "the person {x} learns from"),
            *(
                "the one who shows {x} how",
                "the person who gives {x} lessons",
                "the one {x} calls a master",
            ),
            *("the expert that {x} goes to", "the one {x} asks to learn more"),
        ),
        (
            *("Who is the teacher of {x}?", "Who teaches {x}?", "From whom does {x} learn?"),
            *("Who shows {x} how?", "Whom does {x} go to for lessons?", "Find who gives {x} tips."),
            *("Which expert does {x} go to?", "Who makes {x} know more?"),
        ),
    ),
    Relation(
        "hobby",
        "person",
        "thing",
        (
            *("The hobby of {x} is {y}.", "{x} collects {y}.", "{x} loves {y}."),
            *("{x} looks for {y}.", "For {y}, ask {x}.", "{x} has a room full of {y}."),
        ),
        (),
        (
            *("What is the hobby of {x}?", "What does {x} collect?", "What does {x} love?"),
            *("What is {x} looking for?", "Which things are all over the room of {x}?"),
            *("What would one give to {x}?", "Find what {x} keeps.", "What makes {x} happy?"),
        ),
    ),
    Relation(
        "mayor",
        "town",
        "person",
        (
            *("The mayor of {x} is {y}.", "{y} leads {x}.", "{y} is the mayor of {x}."),
            *("{x} is led by {y}.", "In {x}, the mayor is {y}.", "{x} listens to {y}."),
        ),
        (
            *("the mayor of {x}", "the one who leads {x}", "the person that {x} listens to"),
            *("the head of {x}", "the one with the keys of {x}", "the person in charge of {x}"),
            *("who has the say in {x}", "the first person of {x}"),
        ),
        (
            *("Who is the mayor of {x}?", "Who leads {x}?", "To whom does {x} listen?"),
            *("Who has the say in {x}?", "Who is in charge of {x}?", "Find the head of {x}."),
            *("Who has the keys of {x}?", "Who is the first person of {x}?"),
        ),
    ),
    Relation(
        "river",
        "town",
        "river",
        (
            *("The river of {x} is {y}.", "{x} lies on the {y}.", "The {y} flows by {x}."),
            *("In {x} one sees the {y}.", "The {y} is the river of {x}.", "{x} gets the {y}."),
        ),
        (),
        (
            *("What is the river of {x}?", "On which river lies {x}?", "What flows by {x}?"),
            *("Which river does one see in {x}?", "Find the water of {x}."),
            *("Which boats come to {x}, those of which river?", "What makes {x} wet?"),
        ),
    ),
    Relation(
        "pride",
        "town",
        "thing",
        (
            *("The pride of {x} is {y}.", "{x} makes the best {y}.", "{x} is known for {y}."),
            *("All {y} come from {x}.", "Buy {y} in {x}.", "{x} sells {y}."),
        ),
        (),
        (
            *("What is the pride of {x}?", "What is {x} known for?", "What does {x} make?"),
            *("What would one buy in {x}?", "Which things come from {x}?", "What does {x} sell?"),
            *("Find what {x} makes best.", "What do all bring home from {x}?"),
        ),
    ),
)
