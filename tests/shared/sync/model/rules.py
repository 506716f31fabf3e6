"""The rules of sync that the model can be run without, to see that their absence is noticed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """All on is how it really works."""

    bump_losers: bool = True
    recv: bool = True
    overlay: bool = True
    exact_ack: bool = True
    next_is_last: bool = True
    clamp: bool = True
    remember_clamp: bool = True
    full_flag: bool = True
    purge_echo: bool = True
    reupload: bool = True
    per_field: bool = True


ALL = Rules()


class Violation(AssertionError):  # noqa: N818 - what it is
    """Something that must always hold did not."""


class Killed(BaseException):
    """The process ended here."""


def must(condition: object, what: str) -> None:
    """Raise Violation unless it holds."""
    if not condition:
        raise Violation(what)
