"""The Old School hiscores, read from their stand-in."""

from pathlib import Path

import pytest

from server.sources import osrs_rows
from server.sources.osrs import TRIES
from server.sources.osrs import Hiscores as Source
from server.sources.source import Known, NotFoundThere, Trouble
from shared.clans.metrics import SourceKind, is_metric
from shared.errors import CatalogError
from tests.server.sources.conftest import Turned
from tests.stand_ins.rankings import Fault, Hiscores, Player

ZEZIMA = Known("a", SourceKind.OSRS, "zezima", "zezima")


def _player() -> Player:
    return Player(
        "Zezima",
        {"Overall": (2277, 4_600_000_000), "Attack": (99, 200_000_000), "Runecraft": (77, 1_500_000)},
        {
            "Zulrah": 51,
            "Clue Scrolls (all)": 42,
            "Clue Scrolls (hard)": 29,
            "Kree'Arra": 7,
            "LMS - Rank": 500,
        },
    )


async def test_rows_are_measured_by_name(osrs: Source, hiscores: Hiscores) -> None:
    hiscores.players = [_player()]
    found = await osrs.fetch(ZEZIMA)
    assert (found.key, found.name) == ("zezima", "Zezima")
    assert found.metrics == {
        "xp.total": 4_600_000_000,
        "level.total": 2277,
        "xp.attack": 200_000_000,
        "level.attack": 99,
        "xp.runecraft": 1_500_000,
        "level.runecraft": 77,
        "kc.zulrah": 51,
        "kc.kreearra": 7,
        "clues.all": 42,
        "clues.hard": 29,
        "score.lms-rank": 500,
    }


async def test_who_is_not_ranked_is_unknown_and_never_0(osrs: Source, hiscores: Hiscores) -> None:
    # As recorded: a skill nobody ranks says level 1 and nothing gained, an activity −1.
    hiscores.players = [Player("Zezima")]
    assert (await osrs.fetch(ZEZIMA)).metrics == {}


async def test_the_order_of_the_rows_says_nothing_and_letter_case_neither(
    osrs: Source, hiscores: Hiscores
) -> None:
    hiscores.players = [_player()]
    before = (await osrs.fetch(ZEZIMA)).metrics
    hiscores.skills.reverse()
    assert (await osrs.fetch(ZEZIMA)).metrics == before
    hiscores.skills = [name.upper() for name in hiscores.skills]
    hiscores.players[0].skills = {name.upper(): value for name, value in _player().skills.items()}
    assert (await osrs.fetch(ZEZIMA)).metrics == before


async def test_a_row_may_be_spelled_otherwise(osrs: Source, hiscores: Hiscores) -> None:
    hiscores.skills = ["Runecrafting" if name == "Runecraft" else name for name in hiscores.skills]
    hiscores.players = [Player("Zezima", {"Runecrafting": (66, 525_955)})]
    assert (await osrs.fetch(ZEZIMA)).metrics == {"xp.runecraft": 525_955, "level.runecraft": 66}


async def test_rows_nobody_knows_yet_are_kept_by_name(osrs: Source, hiscores: Hiscores) -> None:
    hiscores.skills.append("Shamanism")
    hiscores.activities.insert(3, "Mahogany Homes")
    hiscores.activities.append("Zzz'th: Hard Mode")
    hiscores.activities.append("…")
    hiscores.players = [
        Player("Zezima", {"Shamanism": (2, 90)}, {"Mahogany Homes": 3, "Zzz'th: Hard Mode": 4, "…": 5})
    ]
    assert (await osrs.fetch(ZEZIMA)).metrics == {
        "xp.shamanism": 90,
        "level.shamanism": 2,
        "score.mahogany-homes": 3,
        "kc.zzzth-hard-mode": 4,
    }


@pytest.mark.parametrize("row", ["Overall", "Sailing", "Zulrah", "Clue Scrolls (master)"])
async def test_a_missing_row_keeps_everything_as_it_was(osrs: Source, hiscores: Hiscores, row: str) -> None:
    hiscores.players = [_player()]
    for rows in (hiscores.skills, hiscores.activities):
        if row in rows:
            rows.remove(row)
    with pytest.raises(Trouble, match="is missing") as trouble:
        await osrs.fetch(ZEZIMA)
    assert not trouble.value.again


async def test_rows_of_events_come_and_go(osrs: Source, hiscores: Hiscores) -> None:
    hiscores.players = [_player()]
    hiscores.activities.remove("Grid Points")
    assert (await osrs.fetch(ZEZIMA)).metrics["kc.zulrah"] == 51


async def test_404_is_believed_the_fifth_time(osrs: Source, hiscores: Hiscores, turned: Turned) -> None:
    hiscores.players = [_player()]
    hiscores.next = [Fault.NOT_FOUND] * (TRIES - 1)
    assert (await osrs.fetch(ZEZIMA)).metrics["kc.zulrah"] == 51
    hiscores.players = []
    hiscores.requests.clear()
    with pytest.raises(NotFoundThere, match="does not know this name"):
        await osrs.fetch(ZEZIMA)
    assert len(hiscores.requests) == TRIES


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.SHAPE])
async def test_maintenance_is_an_outage_and_not_an_answer(
    osrs: Source, hiscores: Hiscores, fault: Fault
) -> None:
    hiscores.players, hiscores.always = [_player()], fault
    with pytest.raises(Trouble):
        await osrs.fetch(ZEZIMA)


@pytest.mark.parametrize(("asked", "told"), [("zezima", "Zezima"), ("other", "other")])
async def test_the_name_is_spelled_as_the_hiscores_do(
    osrs: Source, hiscores: Hiscores, asked: str, told: str
) -> None:
    hiscores.players = [Player("Zezima"), Player("other")]
    hiscores.named = asked == "zezima"
    assert (await osrs.fetch(Known("a", SourceKind.OSRS, asked, asked))).name == told


def test_the_rows_are_those_of_the_hiscores() -> None:
    rows = osrs_rows.read_rows()
    assert (len(rows.expected_skills), len(set(rows.skills.values()))) == (25, 25)
    assert len(rows.activities) == 89
    assert all(is_metric(metric) for metric in rows.activities.values())


@pytest.mark.parametrize(
    "text", ["{}", '{"meta": 1', '{"meta": {"as_of": "x", "gathered": "2026-11-21", "sources": []}}']
)
def test_a_broken_seed_file_is_named(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "osrs.json").write_text(text)
    monkeypatch.setattr(osrs_rows, "SEEDS", tmp_path)
    with pytest.raises(CatalogError, match=r"osrs\.json"):
        osrs_rows.read_rows.__wrapped__()
