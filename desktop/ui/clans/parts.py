"""How each part of the Clans page is made; imported when it is first opened."""

from collections.abc import Callable, Mapping

from desktop.ui.clans.part import Part
from desktop.ui.context import Context


def _overview(context: Context) -> Part:
    from desktop.ui.clans.overview import OverviewPart

    return OverviewPart(context)


def _members(context: Context) -> Part:
    from desktop.ui.clans.members import MembersPart

    return MembersPart(context)


def _board(context: Context) -> Part:
    from desktop.ui.clans.board import BoardPart

    return BoardPart(context)


def _contests(context: Context) -> Part:
    from desktop.ui.clans.contests import ContestsPart

    return ContestsPart(context)


def _people(context: Context) -> Part:
    from desktop.ui.clans.people import PeoplePart

    return PeoplePart(context)


def _webhooks(context: Context) -> Part:
    from desktop.ui.clans.webhooks import WebhooksPart

    return WebhooksPart(context)


def _log(context: Context) -> Part:
    from desktop.ui.clans.log import LogPart

    return LogPart(context)


PARTS: Mapping[str, Callable[[Context], Part]] = {
    "overview": _overview,
    "members": _members,
    "board": _board,
    "contests": _contests,
    "people": _people,
    "webhooks": _webhooks,
    "log": _log,
}
