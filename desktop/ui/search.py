"""Fuzzy search as people type: words in any order, beginnings first, small slips forgiven."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
_FORGIVEN = 0.7


def rank(text: str, things: Sequence[T], words_of: Callable[[T], str]) -> list[T]:
    """The things that match, best first; all of them, in their order, for an empty text."""
    wanted = text.casefold().split()
    if not wanted:
        return list(things)
    scored = []
    for place, thing in enumerate(things):
        score = _score(wanted, words_of(thing).casefold())
        if score:
            scored.append((-score, place, thing))
    scored.sort(key=lambda entry: entry[:2])
    return [thing for _, _, thing in scored]


def _score(wanted: Sequence[str], words: str) -> float:
    parts = words.replace("(", " ").replace("’", "'").split()
    total = 0.0
    for word in wanted:
        best = max(
            (_word_score(word, part, first=index == 0) for index, part in enumerate(parts)), default=0.0
        )
        if not best:
            initials = "".join(part[0] for part in parts if part[0].isalnum())
            best = 70.0 if len(word) > 1 and initials.startswith(word) else 0.0
        if not best:
            return 0.0
        total += best
    return total / len(wanted) - len(words) * 0.01


def _word_score(word: str, part: str, *, first: bool) -> float:
    if part == word:
        return 100.0
    if part.startswith(word):
        return 95.0 if first else 90.0
    if len(word) > 2 and word in part:
        return 80.0
    if len(word) > 3:
        from rapidfuzz.distance import OSA

        # Against the beginning of the same length, so that a slip is forgiven before the word is finished.
        return 60 * OSA.normalized_similarity(word, part[: len(word)], score_cutoff=_FORGIVEN)
    return 0.0
