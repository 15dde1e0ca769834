"""GSM-Symbolic: GSM8K's test problems with fresh names and numbers (Mirzadeh et al. 2024, arXiv
2410.05229; Apple sample-code licence).

100 test problems are annotated as templates (`symbolic`); `p1` adds a clause to each, `p2` adds
two to 50 of them. Here the templates are drawn from anew, so a variant stands in no one's training
data, and a model that only knows the published problems by heart falls from originals to variants.

    original:  … takes 10 minutes to cover every 3 miles of the city. If the city is 42 miles …
    variant:   … takes 387 minutes to cover every 6 miles of the city. If the city is 18 miles …

Answers come from the annotated expressions, in exact arithmetic. `group` is the original's row in
GSM8K's test file.
"""

from dataclasses import dataclass
from typing import Literal

from leadline.errors import BadData, BadStudy
from leadline.grade.formats import Style
from leadline.grade.gold import refuse_faulty_gold
from leadline.records import Problem
from leadline.seeding import rng
from leadline.settings import where
from leadline.symbolic.draw import draw_variants
from leadline.symbolic.templates import Template, parse_template
from leadline.tasks.final_answer import WithoutExamples
from leadline.tasks.gsm8k import SYSTEM
from leadline.tasks.local_sets import LocalSet, load_local

Kind = Literal["symbolic", "p1", "p2"]
N_TEMPLATES = {"symbolic": 100, "p1": 100, "p2": 50}
MOST_VARIANTS = 50  # as many as Apple drew; some templates have few more
GOLD_VERDICTS = {"correct": "yes", "flexible": "yes", "numeric": "yes"}

TEMPLATES = LocalSet(
    name="GSM-Symbolic templates",
    local="gsm_symbolic_templates/templates.jsonl",
    fields=("variant", "file", "id_orig", "question_annotated", "answer_annotated"),
    n_rows=250,
    digest="7c56d490983df972372294c0e75c0cd3912505b672c44f00c3323ae203663d77",
    source="https://github.com/apple/ml-gsm-symbolic (templates/, one row a file)",
)


@dataclass(frozen=True, kw_only=True)
class GsmSymbolic(WithoutExamples):
    """`n_variants` different problems of each template of one `variant`; ids are
    `variant-file-k`. More variants hold fewer: the k-th variant of a template is the same whatever
    their number. n_problems: only the first so many, variants of all templates in turn. style:
    whose form `format` asks for. data: a folder with the templates; None: LEADLINE_DATA."""

    variant: Kind = "symbolic"
    n_variants: int = 10
    seed: int = 0
    style: Style = "socratic"
    data: str | None = where(None)
    n_problems: int | None = None

    def __post_init__(self) -> None:
        if self.variant not in N_TEMPLATES:
            raise BadStudy(f"variant={self.variant!r}: choose {', '.join(N_TEMPLATES)}.")
        if not 1 <= self.n_variants <= MOST_VARIANTS or self.seed < 0:
            raise BadStudy(
                f"n_variants={self.n_variants}, seed={self.seed}: ask for 1 to {MOST_VARIANTS} "
                "variants of each template, and a seed of 0 or more."
            )
        most = self.n_variants * N_TEMPLATES[self.variant]
        if self.n_problems is not None and not 1 <= self.n_problems <= most:
            raise BadStudy(
                f"n_problems={self.n_problems}, and {self.n_variants} variants of "
                f"{N_TEMPLATES[self.variant]} templates are {most}. Ask for 1 to {most}."
            )

    @property
    def name(self) -> str:
        return "gsm-symbolic" if self.variant == "symbolic" else f"gsm-symbolic-{self.variant}"

    def problems(self) -> list[Problem]:
        by_template = [self._variants(template) for template in self.templates()]
        in_turn = [variants[k] for k in range(self.n_variants) for variants in by_template]
        return in_turn[: self.n_problems]

    def check(self) -> None:
        """Every template draws, and every annotated solution grades right."""
        golds = ((problem, problem.reference) for problem in self.problems())
        refuse_faulty_gold(self, golds, expected=GOLD_VERDICTS)

    def templates(self) -> list[Template]:
        """The parsed templates of this variant, in the order of their files."""
        rows = load_local(TEMPLATES, folder=self.data)
        found = [parse_template(row) for row in rows if row["variant"] == self.variant]
        if len(found) != N_TEMPLATES[self.variant]:
            raise BadData(f"{len(found)} templates of {self.variant!r}, not the published number.")
        return sorted(found, key=lambda template: template.id)

    def _variants(self, template: Template) -> list[Problem]:
        generator = rng(self.seed, f"gsm-symbolic {template.id}")
        drawn = draw_variants(template, generator, n=self.n_variants)
        return [
            Problem(
                id=f"{template.id.replace('/', '-')}-{k}",
                system=SYSTEM,
                prompt=variant.question,
                reference=variant.solution,
                group=str(template.original),
                detail={"template": template.id, "variant": k},
            )
            for k, variant in enumerate(drawn)
        ]
