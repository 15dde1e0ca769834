"""From problems to responses: prompts into token ids, answers into rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from leadline.chat import Chat
from leadline.errors import Stopped
from leadline.generate.decode import Answer, Decoder, Prompt
from leadline.generate.model import context_length, load_forward, n_rows, refuse_windows
from leadline.generate.sampling import uniforms
from leadline.protocols import Runtime
from leadline.records import Checkpoint, Generation, Problem, Sampling

STEPS_BETWEEN_LOOKS = 16


def respond(
    checkpoint: Checkpoint,
    problems: Sequence[tuple[Problem, int]],
    sampling: Sampling,
    *,
    precision: str,
    runtime: Runtime,
) -> Iterator[list[Generation]]:
    """All responses, in groups as they finish."""
    if not problems:
        return
    if runtime.device == "cpu":
        torch.set_num_threads(runtime.threads)
    forward = load_forward(checkpoint, precision=precision, device=runtime.device)
    chat = Chat.load(checkpoint.path, revision=checkpoint.revision)
    context, seed = context_length(forward.model), checkpoint.cell.seed
    prompts = _prompts(chat, problems, sampling, seed=seed, context=context)
    rows = _Rows(checkpoint, problems, chat)
    able = [p for p in prompts if p.limit > 0]
    if failed := [p for p in prompts if p.limit <= 0]:
        yield rows.of([Answer(index=p.index, ids=[], stopped="failed") for p in failed])
    watch = _Watch(runtime, done=len(failed), total=len(problems))
    if able:
        refuse_windows(forward.model, able)
        decoder = Decoder(
            forward,
            able,
            sampling,
            stop_ids=checkpoint.stop_ids,
            n_rows=n_rows(forward, able),
            watch=watch.step,
        )
        try:
            for answers in decoder.answers():
                watch.done += len(answers)
                yield rows.of(answers)
                watch.look(decoder.n_tokens)
        finally:
            forward.close()


@dataclass(slots=True)
class _Watch:
    """Reports progress, and stops the run when it is asked to."""

    runtime: Runtime
    done: int
    total: int
    steps: int = 0

    def step(self, n_tokens: int) -> None:
        self.steps += 1
        if self.steps % STEPS_BETWEEN_LOOKS == 0:
            self.look(n_tokens)

    def look(self, n_tokens: int) -> None:
        self.runtime.progress("generate", self.done, self.total, n_tokens)
        if self.runtime.stop():
            raise Stopped(f"Stopped after {self.done} of {self.total} responses.")


@dataclass(frozen=True, slots=True)
class _Rows:
    """Turns answers (token ids) into rows (text)."""

    checkpoint: Checkpoint
    problems: Sequence[tuple[Problem, int]]
    chat: Chat

    def of(self, answers: Sequence[Answer]) -> list[Generation]:
        return [self._row(answer) for answer in answers]

    def _row(self, answer: Answer) -> Generation:
        problem, sample = self.problems[answer.index]
        end = len(answer.ids) - (answer.stopped == "stop")
        return Generation(
            cell=self.checkpoint.cell,
            problem_id=problem.id,
            sample=sample,
            text=self.chat.decode(answer.ids[:end]),
            stopped=answer.stopped,
            n_tokens=len(answer.ids),
        )


def _prompts(
    chat: Chat,
    problems: Sequence[tuple[Problem, int]],
    sampling: Sampling,
    *,
    seed: int,
    context: int,
) -> list[Prompt]:
    """Token ids, limits and draws. A limit of 0 or less: the prompt leaves no room to answer."""
    prompts = []
    for index, (problem, sample) in enumerate(problems):
        ids = chat.prompt_ids(problem.system, problem.prompt)
        draws = uniforms(sampling, cell_seed=seed, problem=problem, sample=sample)
        limit = min(sampling.max_new_tokens, context - len(ids))
        prompts.append(Prompt(index=index, ids=ids, limit=limit, draws=draws))
    return prompts
