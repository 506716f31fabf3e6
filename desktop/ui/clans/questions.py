"""What the pages ask of a clan, each with the name its answer is kept by."""

from typing import TYPE_CHECKING

from desktop.bridge.clans import Question
from shared.api.clans import ClanList, InvitationList, LogPage, MemberList, PersonList
from shared.api.contests import ContestInfo, ContestList, ReceiptList, Standings
from shared.api.progress import Board, MemberProgress, MetricList, Panels, SnapshotStanding, SortBy
from shared.api.webhooks import WebhookList
from shared.clans.metrics import Game
from shared.clans.timeframes import Timeframe

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.clans import ClansClient

PAGE = 100
"""Rows of a leaderboard or lines of a log that are asked for at a time."""


def my_clans() -> Question[ClanList]:
    """The player's clans."""
    return Question(("clans",), lambda client: client.clans())


def people(clan: str) -> Question[PersonList]:
    """Who has a role."""
    return Question(("people", clan), lambda client: client.people(clan))


def invitations(clan: str) -> Question[InvitationList]:
    """The links that let somebody in."""
    return Question(("invitations", clan), lambda client: client.invitations(clan))


def members(clan: str) -> Question[MemberList]:
    """The roster."""
    return Question(("members", clan), lambda client: client.members(clan))


def member(clan: str, member_id: str, timeframe: Timeframe, metric: str) -> Question[MemberProgress]:
    """One member."""
    return Question(
        ("member", clan, member_id, timeframe, metric),
        lambda client: client.member(clan, member_id, timeframe, metric),
    )


def snapshots(clan: str) -> Question[SnapshotStanding]:
    """How it stands with snapshots."""
    return Question(("snapshots", clan), lambda client: client.snapshots(clan))


def panels(clan: str, timeframe: Timeframe, game: Game) -> Question[Panels]:
    """Totals."""
    return Question(("panels", clan, timeframe, game), lambda client: client.panels(clan, timeframe, game))


def metrics(clan: str, game: Game) -> Question[MetricList]:
    """Of what anything is known."""
    return Question(("metrics", clan, game), lambda client: client.metrics(clan, game))


def board(
    clan: str,
    game: Game,
    metric: str,
    timeframe: Timeframe,
    sort: SortBy,
    *,
    descending: bool,
    offset: int,
) -> Question[Board]:
    """A page of a leaderboard."""

    def ask(client: "ClansClient") -> Board:
        return client.board(
            clan, metric, timeframe, sort=sort, descending=descending, offset=offset, limit=PAGE, game=game
        )

    return Question(("board", clan, game, metric, timeframe, sort, descending, offset), ask)


def contests(clan: str) -> Question[ContestList]:
    """All of them."""
    return Question(("contests", clan), lambda client: client.contests(clan))


def contest(clan: str, contest_id: str) -> Question[ContestInfo]:
    """One of them."""
    return Question(("contest", clan, contest_id), lambda client: client.contest(clan, contest_id))


def standings(clan: str, contest_id: str) -> Question[Standings]:
    """How far everybody came."""
    return Question(("standings", clan, contest_id), lambda client: client.standings(clan, contest_id))


def receipts(clan: str, contest_id: str) -> Question[ReceiptList]:
    """The player's tickets."""
    return Question(("receipts", clan, contest_id), lambda client: client.receipts(clan, contest_id))


def webhooks(clan: str) -> Question[WebhookList]:
    """Where news go."""
    return Question(("webhooks", clan), lambda client: client.webhooks(clan))


def log(clan: str, offset: int) -> Question[LogPage]:
    """Lines of the log."""
    return Question(("log", clan, offset), lambda client: client.log(clan, offset, PAGE))
