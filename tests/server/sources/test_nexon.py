"""MapleStory's ranking, read from its stand-in."""

import pytest

from server.catalog import service as catalog
from server.sources.nexon import Ranking
from server.sources.source import Known, NotFoundThere, Sample, Trouble
from shared.clans.metrics import MAX_VALUE, SourceKind, is_metric
from tests.stand_ins.rankings import Character, Fault, Nexon

UNSEEN = Known("a", SourceKind.NEXON, "na/1/?/aria", "aria")
KNOWN = Known("a", SourceKind.NEXON, "na/45/123456", "Aria")


async def test_a_character_is_found_by_name_and_then_known_for_good(ranking: Ranking, nexon: Nexon) -> None:
    nexon.characters = [
        Character("Aria", exp=327987093237, legion=8_000, raid_power=2**40, job="Cannon Master")
    ]
    found = await ranking.fetch(UNSEEN)
    before = sum(level.exp_to_next for level in catalog.read().levels if level.level < 250)
    assert found == Sample(
        "na/45/123456",
        "Aria",
        {
            "level.total": 250,
            "xp.total": before + 327987093237,
            "score.legion-level": 8000,
            "score.raid-power": 2**40,
        },
        {
            "world": "Kronos",
            "job": "Cannoneer",
            "image": "https://msavatar1.nexon.net/Character/ABCDEF.png",
        },
    )
    assert nexon.requests[0].query == {
        "type": "overall",
        "id": "legendary",
        "reboot_index": "1",
        "page_index": "1",
        "character_name": "aria",
    }
    assert (await ranking.fetch(KNOWN)).key == "na/45/123456"
    assert all(is_metric(metric) for metric in found.metrics)


@pytest.mark.parametrize(
    ("key", "world", "indexes"),
    [
        ("na/0/?/aria", 1, ["0"]),
        ("na/19/123456", 19, ["0"]),
        ("eu/30/123456", 30, ["0"]),
        ("eu/46/123456", 46, ["1"]),
        ("na/77/123456", 77, ["1", "0"]),
    ],
)
async def test_each_world_is_looked_for_where_it_is(
    ranking: Ranking, nexon: Nexon, key: str, world: int, indexes: list[str]
) -> None:
    nexon.characters = [Character("Aria", world=world)]
    found = await ranking.fetch(Known("a", SourceKind.NEXON, key, "Aria"))
    assert [each.query["reboot_index"] for each in nexon.requests] == indexes
    assert found.key == f"{key[:2]}/{world}/123456"
    if world == 77:
        assert found.details["world"] == "World 77"


@pytest.mark.parametrize("level", [1, 2, 299, 300])
async def test_experience_counts_from_level_1(ranking: Ranking, nexon: Nexon, level: int) -> None:
    nexon.characters = [Character("Aria", level=level, exp=10)]
    total = (await ranking.fetch(UNSEEN)).metrics["xp.total"]
    assert total == 10 + sum(each.exp_to_next for each in catalog.read().levels[: level - 1])
    assert total <= MAX_VALUE


@pytest.mark.parametrize("character", [Character("Aria", level=301), Character("Aria", exp=2**63)])
async def test_experience_nobody_has_figures_for_is_unknown(
    ranking: Ranking, nexon: Nexon, character: Character
) -> None:
    nexon.characters = [character]
    assert (await ranking.fetch(UNSEEN)).metrics == {"level.total": character.level}


async def test_nobody_of_that_name_is_not_found(ranking: Ranking, nexon: Nexon) -> None:
    for account in (UNSEEN, KNOWN):
        with pytest.raises(NotFoundThere, match="does not know this name"):
            await ranking.fetch(account)
    # Whoever owns the first twelve letters is somebody else.
    nexon.characters = [Character("HuskyxKenshi")]
    long = Known("a", SourceKind.NEXON, "na/1/?/huskyxkenshiyz", "huskyxkenshiyz")
    with pytest.raises(NotFoundThere):
        await ranking.fetch(long)


@pytest.mark.parametrize("other", [Character("Aria", id=7), Character("Aria", world=70)])
async def test_a_name_that_somebody_else_has_now_is_not_them(
    ranking: Ranking, nexon: Nexon, other: Character
) -> None:
    nexon.characters = [other]
    with pytest.raises(NotFoundThere, match="belongs to another character now"):
        await ranking.fetch(KNOWN)
    nexon.characters.append(Character("Aria"))
    assert (await ranking.fetch(KNOWN)).key == "na/45/123456"


async def test_where_no_id_is_told_the_name_is_all_there_is(ranking: Ranking, nexon: Nexon) -> None:
    nexon.characters = [Character("Aria", id=0)]
    assert (await ranking.fetch(UNSEEN)).key == UNSEEN.key
    assert (await ranking.fetch(KNOWN)).key == KNOWN.key


@pytest.mark.parametrize(
    "image",
    [
        "http://msavatar1.nexon.net/a.png",
        "https://msavatar1.nexon.net.evil.example/a.png",
        "https://evil.example/https://msavatar1.nexon.net/a.png",
        "https://msavatar.nexon.net/a.png",
        "https://msavatar1.nexon.net@evil.example/a.png",
        "https://msavatar1.nexon.net/a b.png",
        "",
    ],
)
async def test_pictures_come_from_nexon_or_not_at_all(ranking: Ranking, nexon: Nexon, image: str) -> None:
    nexon.characters = [Character("Aria", image=image, job="A job of next year")]
    assert (await ranking.fetch(UNSEEN)).details == {"world": "Kronos", "job": "A job of next year"}


async def test_a_ranking_that_withholds_its_rows_is_in_trouble(ranking: Ranking, nexon: Nexon) -> None:
    nexon.characters, nexon.withheld = [Character("Aria")], True
    with pytest.raises(Trouble, match="too much to do"):
        await ranking.fetch(KNOWN)


@pytest.mark.parametrize(
    "wrong", [Character("Aria", level=0), Character("Aria", exp=-1), Character("", id=3)]
)
async def test_what_cannot_be_is_not_kept(ranking: Ranking, nexon: Nexon, wrong: Character) -> None:
    nexon.characters = [wrong]
    with pytest.raises(Trouble, match="cannot be understood"):
        await ranking.fetch(Known("a", SourceKind.NEXON, "na/1/?/", wrong.name))


@pytest.mark.parametrize("fault", [Fault.SHAPE, Fault.NOT_FOUND])
async def test_another_shape_is_no_answer(ranking: Ranking, nexon: Nexon, fault: Fault) -> None:
    nexon.characters, nexon.always = [Character("Aria")], fault
    with pytest.raises(Trouble, match="cannot be understood"):
        await ranking.fetch(KNOWN)
