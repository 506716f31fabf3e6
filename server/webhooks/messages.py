"""What a clan's channel is told, event by event. Pure: everything in it is an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.webhooks.embeds import Colour, Embed, Field, escaped, listed, plain, sentence, when
from shared.clans.words import metric_words

_PRIZE = 400
_REASON = 160
_SHORT = 500


@dataclass(frozen=True, slots=True)
class Gained:
    """A total of the clan. metric: such as xp.total; gained: None where nothing is known."""

    metric: str
    gained: int | None


@dataclass(frozen=True, slots=True)
class SnapshotNews:
    """A snapshot that is over. errors: the members whose source could not be read, each with a sentence. gains: of the
    clan in so many days. link: the clan's page, "" where it is not public."""

    clan: str
    members: int
    done: int
    errors: tuple[tuple[str, str], ...]
    gains: tuple[Gained, ...]
    days: int
    at: datetime
    link: str = ""


@dataclass(frozen=True, slots=True)
class ContestNews:
    """A contest that began to count. rules: each in words. commitment: 64 digits. link: the contest's page."""

    clan: str
    title: str
    prize: str
    rules: tuple[str, ...]
    start: datetime
    end: datetime
    winners: int
    alternates: int
    commitment: str
    link: str


@dataclass(frozen=True, slots=True)
class EndingNews:
    """A contest that ends soon. entries: tickets so far."""

    clan: str
    title: str
    prize: str
    end: datetime
    entries: int
    link: str


@dataclass(frozen=True, slots=True)
class DrawnNews:
    """A contest that was drawn. winners, alternates: names in prize order. proof_hash: of the file, 64 digits."""

    clan: str
    title: str
    prize: str
    winners: tuple[str, ...]
    alternates: tuple[str, ...]
    entries: int
    proof_hash: str
    at: datetime
    link: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A member on a board. place: shared by those who gained the same."""

    place: int
    name: str
    gained: int


@dataclass(frozen=True, slots=True)
class BoardNews:
    """The best of a total. metric: such as xp.total."""

    metric: str
    rows: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class HighlightsNews:
    """The week's best of each total. link: the clan's page, "" where it is not public."""

    clan: str
    boards: tuple[BoardNews, ...]
    days: int
    at: datetime
    link: str = ""


def snapshot_complete(news: SnapshotNews) -> Embed:
    """Everybody was asked."""
    failed = len(news.errors)
    told = f"{news.done:,} of {_count(news.members, 'member')} read"
    gains = [each for each in news.gains if each.gained is not None]
    return Embed(
        title=f"{plain(news.clan)}: snapshot complete",
        description=f"{told}, {failed:,} could not be read." if failed else f"{told}.",
        fields=(
            *(
                Field(f"{metric_words(each.metric)} in {news.days} days", f"{each.gained:+,}", inline=True)
                for each in gains
            ),
            Field(
                "Could not be read",
                listed([f"**{escaped(name)}** {escaped(why, _REASON)}" for name, why in news.errors]),
            ),
        ),
        colour=Colour.SOON if failed else Colour.GOOD,
        url=news.link or None,
        at=news.at,
    )


def contest_created(news: ContestNews) -> Embed:
    """A contest, its rules and the commitment, before anybody can enter."""
    return Embed(
        title=plain(news.title),
        description=sentence(
            (
                f"A contest of {escaped(news.clan)}",
                _count(news.winners, "winner"),
                _count(news.alternates, "alternate") if news.alternates else "",
            )
        ),
        fields=(
            Field("Prize", escaped(news.prize, _PRIZE)),
            Field("One entry for each of", listed([f"• {escaped(rule, _SHORT)}" for rule in news.rules])),
            Field("From", when(news.start)),
            Field("Until", when(news.end)),
            Field("Commitment", f"`{news.commitment}`"),
        ),
        url=news.link,
        footer="The commitment fixes the draw's secret before the first entry. Keep it to check the draw.",
    )


def ending_soon(news: EndingNews) -> Embed:
    """A contest is nearly over."""
    return Embed(
        title=f"{plain(news.title)} ends soon",
        description=f"{_count(news.entries, 'entry', 'entries')} so far in {escaped(news.clan)}.",
        fields=(Field("Ends", when(news.end)), Field("Prize", escaped(news.prize, _PRIZE))),
        colour=Colour.SOON,
        url=news.link,
    )


def contest_drawn(news: DrawnNews) -> Embed:
    """Who won, and what proves it."""
    several = len(news.winners) > 1
    return Embed(
        title=f"{plain(news.title)}: drawn",
        description=f"Drawn from {_count(news.entries, 'entry', 'entries')} in {escaped(news.clan)}.",
        fields=(
            Field("Winners" if several else "Winner", _numbered(news.winners) or "Nobody"),
            Field("Alternates", _numbered(news.alternates)),
            Field("Prize", escaped(news.prize, _PRIZE)),
            Field("SHA-256 of the proof", f"`{news.proof_hash}`"),
        ),
        colour=Colour.GOOD,
        url=news.link,
        footer="Anybody can check the draw with the proof on the contest's page.",
        at=news.at,
    )


def highlights(news: HighlightsNews) -> Embed:
    """The best of the week."""
    boards = [each for each in news.boards if each.rows]
    return Embed(
        title=f"{plain(news.clan)}: the last {news.days} days",
        description="" if boards else "Nobody gained anything that is known.",
        fields=tuple(
            Field(
                metric_words(board.metric),
                listed([f"**{each.place}\\.** {escaped(each.name)} {each.gained:+,}" for each in board.rows]),
            )
            for board in boards
        ),
        url=news.link or None,
        at=news.at,
    )


def test(clan: str, hook: str) -> Embed:
    """What a leader sends to see whether it arrives."""
    return Embed(
        title=f"{plain(clan)}: this is a test",
        description=f"{escaped(hook)} is told of the clan's news from here on.",
    )


def _numbered(names: Sequence[str]) -> str:
    return listed([f"**{place}\\.** {escaped(name)}" for place, name in enumerate(names, start=1)])


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"
