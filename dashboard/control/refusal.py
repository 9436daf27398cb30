"""Why an action was not done, in a sentence for the person who asked."""

from __future__ import annotations


class Refusal(Exception):
    """`status` as HTTP has it: 403, 404, 409, 422, or 503 where the cluster does not answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
