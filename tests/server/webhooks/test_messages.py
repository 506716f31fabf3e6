"""What channels read: within Discord's limits whatever players are called, and nothing of it more than text."""

import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.webhooks import messages
from server.webhooks.embeds import DESCRIPTION, Embed, Field, cut, escaped, listed, plain, units
from server.webhooks.messages import (
    BoardNews,
    ContestNews,
    DrawnNews,
    EndingNews,
    Gained,
    HighlightsNews,
    Placed,
    SnapshotNews,
)
from tests.stand_ins.discord.hooks import form_errors

AT = datetime(2026, 3, 5, 18, tzinfo=UTC)
HASH = "3822e3b27241873288812c1f9a8812d18bfa9a46771e4f292fea10f29970482b"
LINK = "https://maplehub.example/contests/0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a"
SNAPSHOT = SnapshotNews(
    "Lumen", 58, 57, (("Aria", "The ranking does not know this name."),),
    (Gained("xp.total", 904_117_338_221), Gained("kc.total", None)), 7, AT, LINK,
)  # fmt: skip
CONTEST = ContestNews(
    "Lumen", "March of Lucid", "A pair of wings", ("3 kills of Hard Lucid", "Gain 5 levels"), AT, AT, 1, 2,
    HASH, LINK,
)  # fmt: skip
ENDING = EndingNews("Lumen", "March of Lucid", "A pair of wings", AT, 41, LINK)
DRAWN = DrawnNews("Lumen", "March of Lucid", "Wings", ("Aria",), ("Bell", "Nova"), 41, HASH, AT, LINK)
HIGHLIGHTS = HighlightsNews(
    "Lumen",
    (
        BoardNews("xp.total", (Placed(1, "Aria", 41_200_000_000), Placed(2, "Bell", 12))),
        BoardNews("clues.all", ()),
    ),
    7,
    AT,
)


def _embed(embed: Embed) -> dict[str, Any]:
    """The embed as Discord gets it, after its form has looked at it."""
    body = json.loads(embed.body())
    assert form_errors(body) == {}
    assert body["allowed_mentions"] == {"parse": []}
    found: dict[str, Any] = body["embeds"][0]
    return found


def _fields(embed: dict[str, Any]) -> dict[str, str]:
    return {field["name"]: field["value"] for field in embed.get("fields", [])}


def test_a_snapshot_tells_counts_gains_and_errors() -> None:
    told = _embed(messages.snapshot_complete(SNAPSHOT))
    assert told["title"] == "Lumen: snapshot complete"
    assert told["description"] == "57 of 58 members read, 1 could not be read."
    assert _fields(told) == {
        "XP in 7 days": "+904,117,338,221",
        "Could not be read": "**Aria** The ranking does not know this name\\.",
    }, "a total of which nothing is known is not told"
    assert told["timestamp"] == "2026-03-05T18:00:00+00:00"
    quiet = _embed(messages.snapshot_complete(SnapshotNews("Lumen", 1, 1, (), (), 7, AT)))
    assert quiet["description"] == "1 of 1 member read."
    assert "fields" not in quiet
    assert "url" not in quiet


def test_a_contest_tells_its_rules_and_commitment() -> None:
    told = _embed(messages.contest_created(CONTEST))
    assert (told["title"], told["url"]) == ("March of Lucid", LINK)
    assert told["description"] == "A contest of Lumen · 1 winner · 2 alternates"
    fields = _fields(told)
    assert fields["One entry for each of"] == "• 3 kills of Hard Lucid\n• Gain 5 levels"
    assert fields["Commitment"] == f"`{HASH}`"
    assert fields["Until"] == "<t:1772733600:F> (<t:1772733600:R>)"


def test_the_end_and_the_draw_are_told() -> None:
    assert _embed(messages.ending_soon(ENDING))["description"] == "41 entries so far in Lumen\\.".replace(
        "\\", ""
    )
    told = _embed(messages.contest_drawn(DRAWN))
    fields = _fields(told)
    assert told["url"] == LINK
    assert fields["Winner"] == "**1\\.** Aria"
    assert fields["Alternates"] == "**1\\.** Bell\n**2\\.** Nova"
    assert fields["SHA-256 of the proof"] == f"`{HASH}`"
    nobody = DrawnNews("Lumen", "x", "", (), (), 0, HASH, AT, LINK)
    assert _fields(_embed(messages.contest_drawn(nobody)))["Winner"] == "Nobody"


def test_highlights_tell_the_best_of_each_total() -> None:
    told = _embed(messages.highlights(HIGHLIGHTS))
    assert _fields(told) == {"XP": "**1\\.** Aria +41,200,000,000\n**2\\.** Bell +12"}
    nothing = _embed(messages.highlights(HighlightsNews("Lumen", (), 7, AT)))
    assert nothing["description"] == "Nobody gained anything that is known."


def test_nothing_a_player_wrote_is_more_than_text() -> None:
    for text in (
        "x @everyone",
        "x <@80351110224678912>",
        "x <#1>",
        "x **bold**",
        "x [here](https://evil.test)",
        "x ||x||",
    ):
        shown = escaped(text)
        assert shown.replace("\\", "") == text
        assert all(before == "\\" for before, letter in pairwise(shown) if letter in "@<>*[]()|#"), shown
    assert escaped("https://evil.test") == "https\\://evil\\.test"
    assert escaped("# big\n> quote\n- list") == "\\# big \\> quote \\- list"
    assert plain("a\u202eb\x00c\ud800 \u2028 d") == "a b c d"


def test_long_texts_are_cut_and_long_lists_counted() -> None:
    assert cut("x" * 10, 10) == "x" * 10
    assert cut("x" * 11, 10) == "x" * 9 + "…"
    assert units(cut("😀" * 10, 10)) <= 10
    assert listed([]) == ""
    assert listed(["a" * 20] * 100, 100).splitlines() == ["a" * 20] * 4 + ["and 96 more"]
    assert listed(["a" * 100], 100) == "a" * 100
    assert listed(["a" * 101], 100) == "and 1 more"
    many = Embed("x", "y" * DESCRIPTION, tuple(Field(str(number), "z" * 1024) for number in range(30)))
    assert len(_embed(many)["fields"]) == 1, "what does not fit into the whole is left out"


NAMES = st.one_of(st.text(max_size=300), st.text("\\*`😀\u202e@", max_size=300))
WHOLE = st.integers(-(2**53), 2**53)


@given(
    st.lists(NAMES, max_size=60),
    NAMES,
    NAMES,
    WHOLE,
    st.lists(st.tuples(NAMES, NAMES), max_size=60),
)
def test_discord_takes_whatever_players_write(
    names: list[str], one: str, other: str, number: int, errors: list[tuple[str, str]]
) -> None:
    some = tuple(names)
    rows = tuple(Placed(1, name, number) for name in some)
    for embed in (
        messages.snapshot_complete(
            SnapshotNews(one, 500, 3, tuple(errors), (Gained("xp.total", number),) * 4, 30, AT, LINK)
        ),
        messages.contest_created(ContestNews(one, other, other, some, AT, AT, 50, 50, HASH, LINK)),
        messages.ending_soon(EndingNews(one, other, other, AT, 3, LINK)),
        messages.contest_drawn(DrawnNews(one, other, other, some, some, 9, HASH, AT, LINK)),
        messages.highlights(HighlightsNews(one, (BoardNews("xp.total", rows),) * 4, 7, AT)),
        messages.test(one, other),
    ):
        assert _embed(embed)["title"]
