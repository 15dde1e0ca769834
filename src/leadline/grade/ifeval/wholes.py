"""How a response begins, ends, or is made up as a whole: `combination:*` and `startend:*`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoResponses:
    """Two different parts around `******`; a blank part may only come first or last."""

    def follows(self, text: str) -> bool:
        parts = [part.strip() for part in text.split("******")]
        if not all(parts[1:-1]):
            return False
        answers = [part for part in parts if part]
        return len(answers) == 2 and answers[0] != answers[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatPrompt:
    """It begins with the prompt, in any case."""

    prompt_to_repeat: str

    def follows(self, text: str) -> bool:
        prompt = self.prompt_to_repeat.strip().lower()
        return text.strip().lower().startswith(prompt)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """It ends with the phrase, in any case, but for white space and then double quotes."""

    end_phrase: str

    def follows(self, text: str) -> bool:
        return text.strip().strip('"').lower().endswith(self.end_phrase.strip().lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """It begins and ends with a double quote, two different ones."""

    def follows(self, text: str) -> bool:
        text = text.strip()
        return len(text) > 1 and text[0] == '"' and text[-1] == '"'
