"""Members and leaderboards: figures short and whole, shared places, unknown told from nothing, reading on."""

from collections.abc import Callable
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester

from desktop.services.demo_clans.cast import LUMEN, LUMEN_CAST, ME, WAYFARERS, made_id
from desktop.ui.clans.board import BoardPart
from desktop.ui.clans.dialogs import ConfirmDialog
from desktop.ui.clans.member_dialogs import AddCharactersDialog, AddMembersDialog, MemberDialog
from desktop.ui.clans.members import MembersPart
from desktop.ui.clans.overview import OverviewPart
from desktop.ui.clans.words import NOTHING, gain_text, metric_title, parse_count, short
from shared.api.progress import Board, BoardRow
from shared.catalog import Catalog
from shared.clans.metrics import MAX_VALUE, Game
from shared.clans.timeframes import Timeframe
from tests.desktop.clan_server import ClanServer
from tests.desktop.ui.clans.conftest import Desk, texts

OpenDesk = Callable[[], Desk]


# Words


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "0"),
        (999_999, "999,999"),
        (1_000_000, "1m"),
        (904_117_338_221, "904.1b"),
        (61_204_117_338_221_904, "61.2q"),
        (1_999_999_999, "1.999b"),
        (-2_500_000, "-2.5m"),
    ],
)
def test_large_figures_are_short(amount: int, said: str) -> None:
    assert short(amount) == said


@given(st.integers(1, MAX_VALUE))
def test_a_whole_figure_is_read_as_it_is_written(amount: int) -> None:
    assert parse_count(str(amount)) == amount
    assert parse_count(f"{amount:,}") == amount


@given(st.integers(10**6, MAX_VALUE))
def test_a_short_figure_is_never_more_than_the_whole_one(amount: int) -> None:
    read = parse_count(short(amount))
    assert read is not None
    assert amount * 0.999 - 1 <= read <= amount


@pytest.mark.parametrize("text", ["", "0", "-3", "1.5", "2.5.5b", "abc", "9" * 40, "10q" * 3, "1e9"])
def test_what_is_no_figure_is_none(text: str) -> None:
    assert parse_count(text) is None


def test_unknown_is_not_nothing() -> None:
    assert gain_text(None) == NOTHING
    assert gain_text(0) == "+0"


def test_metrics_are_called_as_players_do(catalog: Catalog) -> None:
    said = {name: metric_title(name, catalog) for name in ("xp.total", "kc.hard-lucid", "xp.fishing")}
    assert said == {"xp.total": "Total XP", "kc.hard-lucid": "Hard Lucid kills", "xp.fishing": "Fishing XP"}


# The leaderboard


def rows(part: BoardPart) -> list[BoardRow]:
    return part.table.lines.rows


def test_a_board_shows_places_gains_and_where_nothing_is_known(lumen: Desk) -> None:
    part = lumen.part(BoardPart, "board", metric="kc.hard-lucid", timeframe=Timeframe.MONTH)
    ModelTester(None).check(part.table.lines)
    found = rows(part)
    places = [row.place for row in found if row.place is not None]
    assert places == sorted(places)
    assert len(set(places)) < len(places), "some share a place"
    texts_ = [str(part.table.lines.index(at, 0).data()) for at in range(len(found))]
    for (one, other), (text, next_text) in zip(pairwise(found), pairwise(texts_), strict=True):
        if one.place is not None and one.place == other.place:
            assert text == next_text == f"={one.place}"
    unknown = [at for at, row in enumerate(found) if row.gained is None]
    assert unknown
    assert unknown[-1] == len(found) - 1, "what is not known stands last"
    index = part.table.lines.index(unknown[0], 2)
    assert index.data() == NOTHING
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "nothing known"


def test_a_shortened_figure_is_whole_in_its_tip(lumen: Desk) -> None:
    part = lumen.part(BoardPart, "board")
    first = rows(part)[0]
    assert first.gained is not None
    index = part.table.lines.index(0, 2)
    assert index.data() == f"+{short(first.gained)}"
    assert f"{first.gained:,}" in str(index.data(Qt.ItemDataRole.ToolTipRole))


def test_who_was_first_seen_in_the_days_says_so(lumen: Desk) -> None:
    part = lumen.part(BoardPart, "board")
    at = next(at for at, row in enumerate(rows(part)) if row.since is not None)
    index = part.table.lines.index(at, 2)
    assert "since" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    assert "not counted" in str(index.data(Qt.ItemDataRole.ToolTipRole))


@pytest.mark.parametrize("column", ["name", "gained", "value", "freshness"])
def test_a_title_sorts_and_a_second_time_the_other_way(lumen: Desk, column: str) -> None:
    part = lumen.part(BoardPart, "board")
    seen = []
    for _ in range(2):
        part.table.sort_asked.emit(column)
        lumen.settle()
        board = part.told_now.value
        assert isinstance(board, Board)
        seen.append([row.member_id for row in rows(part)])
    assert seen[0] != seen[1]


def test_the_chooser_offers_what_is_known_of(lumen: Desk) -> None:
    lumen.page.open_with(clan=WAYFARERS)
    part = lumen.part(BoardPart, "board")
    kinds = [part.kind_box.itemText(at) for at in range(part.kind_box.count())]
    assert kinds == ["XP", "Levels", "Boss kills", "Clues"]
    part.kind_box.setCurrentIndex(3)
    part.kind_box.activated.emit(3)
    lumen.settle()
    assert part.metric_box.itemText(0) == "All clues"
    assert part.told_now.value.metric == "clues.all"
    at = part.metric_box.findData("clues.hard")
    part.metric_box.setCurrentIndex(at)
    part.metric_box.activated.emit(at)
    lumen.settle()
    assert part.told_now.value.metric == "clues.hard"


def test_five_hundred_are_read_on_as_one_scrolls(lumen: Desk) -> None:
    lumen.page.open_with(clan=WAYFARERS)
    part = lumen.part(BoardPart, "board")
    assert len(rows(part)) == 100
    assert "100 of 500 members" in part.count.text()
    for _ in range(6):
        part.table.scrollToBottom()
        lumen.settle()
    assert len(rows(part)) == 500
    assert len({row.member_id for row in rows(part)}) == 500
    assert part.count.text() == "500 members"
    places = [row.place for row in rows(part)]
    assert places == sorted(places, key=lambda place: place or 0)


def test_a_row_leads_to_its_member(lumen: Desk) -> None:
    part = lumen.part(BoardPart, "board")
    first = rows(part)[0]
    QTest.keyClick(part.table, Qt.Key.Key_Return)
    lumen.settle()
    members = lumen.page.part
    assert isinstance(members, MembersPart)
    assert members.stack.currentWidget() is members.member
    assert members.member._title.text() == first.name


# Members


def member_names(part: MembersPart) -> list[str]:
    return [row.name for row in part.table.lines.rows]


def test_the_roster_is_searched_and_sorted(lumen: Desk) -> None:
    part = lumen.part(MembersPart, "members")
    ModelTester(None).check(part.table.lines)
    assert member_names(part) == sorted(member_names(part), key=str.casefold)
    part.search.setText("aria")
    assert sorted(member_names(part)) == ["Cindermoth", "Maplewhisk", "Thornveil"]
    part.search.setText("nobody like this")
    assert part.lists.currentWidget() is part.no_match
    part.no_match.action.emit()
    assert len(member_names(part)) == 28
    for column in ("source", "player", "seen", "added", "name"):
        part.table.sort_asked.emit(column)
        once = member_names(part)
        part.table.sort_asked.emit(column)
        assert member_names(part) != once
        assert sorted(member_names(part)) == sorted(once)


def test_who_is_not_known_stands_last_whichever_way(lumen: Desk) -> None:
    part = lumen.part(MembersPart, "members")
    for _ in range(2):
        part.table.sort_asked.emit("player")
        players = [row.user_name for row in part.table.lines.rows]
        first_unknown = players.index(None)
        assert all(name is None for name in players[first_unknown:])


def test_the_missing_and_the_new_are_told(lumen: Desk) -> None:
    part = lumen.part(MembersPart, "members")
    by_name = {row.name: at for at, row in enumerate(part.table.lines.rows)}
    assert "missing since" in str(part.table.lines.index(by_name["Rookhaven"], 3).data())
    assert part.table.lines.index(by_name["Wrenfield"], 3).data() == "not yet"


def test_a_members_page_shows_every_metric_and_the_days_of_one(lumen: Desk) -> None:
    part = lumen.part(MembersPart, "members", member=LUMEN_CAST[0].id)
    view = part.member
    metrics = [row.metric for row in view.table.lines.rows]
    assert metrics[:3] == ["xp.total", "level.total", "kc.total"]
    assert not view.chart.is_empty()
    assert len(view.chart._labels) == 7
    view.table.setCurrentIndex(view.table.lines.index(3, 0))
    lumen.qtbot.waitUntil(lambda: not view._settle.isActive())
    lumen.settle()
    assert view.card.title_label.text().endswith("kills")
    view.timeframe.set_value(Timeframe.MONTH)
    view.look()
    lumen.settle()
    assert len(view.chart._labels) == 30
    QTest.keyClick(view.table, Qt.Key.Key_Escape)
    lumen.settle()
    assert part.stack.currentWidget() is part.list


def test_a_member_nobody_has_read_yet_has_a_page_too(lumen: Desk) -> None:
    part = lumen.part(MembersPart, "members", member=made_id("member/Wrenfield"))
    assert part.member.nothing.isVisible()
    assert not part.member.table.isVisible()
    part = lumen.part(MembersPart, "members", member=made_id("member/Rookhaven"))
    assert part.member.missing.isVisible()


def test_several_names_are_added_at_once(lumen: Desk) -> None:
    part = lumen.part(MembersPart, "members")
    part.add.click()
    dialog = lumen.dialog(AddMembersDialog)
    dialog.submit()
    assert dialog.fields["accounts"].error()
    dialog.names.setPlainText("Newcomer\n  Latecomer \n\nNewcomer\nBellwether")
    assert dialog.read() == ["Newcomer", "Latecomer", "Bellwether"]
    dialog.submit()
    lumen.settle()
    assert {"Newcomer", "Latecomer"} <= set(member_names(part))
    assert len(member_names(part)) == 30
    assert "2 members added" in lumen.context.shell.toasts  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("names", "said"), [("x" * 41, "too long"), ("\n".join(map(str, range(101))), "100 at a time")]
)
def test_names_that_cannot_be_are_said_before_anybody_is_asked(lumen: Desk, names: str, said: str) -> None:
    part = lumen.part(MembersPart, "members")
    part.add.click()
    dialog = lumen.dialog(AddMembersDialog)
    dialog.names.setPlainText(names)
    dialog.submit()
    assert said in dialog.fields["accounts"].error()
    dialog.reject()


def test_the_region_of_a_maplestory_name_is_sent(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    part = desk.part(MembersPart, "members")
    part.add.click()
    dialog = desk.dialog(AddMembersDialog)
    dialog.names.setPlainText("Newcomer")
    dialog.region.set_value("eu")
    dialog.heroic.set_value(False)
    dialog.submit()
    desk.settle()
    (body,) = [each.body for each in server.asked if each.method == "POST"]
    assert body == {
        "accounts": [{"name": "Newcomer", "region": "eu", "heroic": False}],
        "game": "maplestory",
    }


def test_own_characters_are_offered_to_the_clan(
    open_desk_on: OpenDesk, server: ClanServer, make_character: Callable[..., str]
) -> None:
    aria = make_character("Aria")
    desk = open_desk_on()
    desk.context.selection.set_characters(tuple(desk.context.services.characters.all()))
    part = desk.part(MembersPart, "members")
    part.own.click()
    dialog = desk.dialog(AddCharactersDialog)
    dialog.submit()
    assert dialog.fields["character_ids"].error()
    dialog.list.item(0).setCheckState(Qt.CheckState.Checked)
    assert dialog.chosen() == [UUID(aria)]
    dialog.submit()
    desk.settle()
    assert server.asked[-1].body == {"character_ids": [aria]}
    assert "synced with no server" in dialog.foot.error()
    dialog.reject()


def test_a_renamed_member_keeps_its_page_and_gets_its_player(lumen: Desk) -> None:
    part = lumen.part(MembersPart, "members")
    at = member_names(part).index("Rookhaven")
    part.table.setCurrentIndex(part.table.lines.index(at, 0))
    part.edit.click()
    dialog = lumen.dialog(MemberDialog)
    lumen.settle()
    dialog.name.setText("Rookwarden")
    dialog.player.setCurrentIndex(dialog.player.findData(ME))
    dialog.submit()
    lumen.settle()
    row = next(row for row in part.table.lines.rows if row.name == "Rookwarden")
    assert (row.id, row.user_name) == (made_id("member/Rookhaven"), "aria")


def test_nothing_changed_asks_nobody(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    part = desk.part(MembersPart, "members")
    part.edit.click()
    desk.settle()
    desk.dialog(MemberDialog).submit()
    desk.settle()
    assert not [each for each in server.asked if each.method == "PUT"]


def test_a_member_is_removed_after_a_second_look(lumen: Desk) -> None:
    part = lumen.part(MembersPart, "members")
    gone = part.table.current().name
    QTest.keyClick(part.table, Qt.Key.Key_Delete)
    dialog = lumen.dialog(ConfirmDialog)
    assert gone in texts(dialog)
    dialog.confirm.click()
    lumen.settle()
    assert gone not in member_names(part)
    assert lumen.page.clan is not None
    assert lumen.page.clan.members == 27


def test_a_clan_of_one(lumen: Desk) -> None:
    clan = lumen.hub().clans[LUMEN]
    del clan.roster[1:]
    part = lumen.part(MembersPart, "members")
    assert part.count.text() == "1 member"
    board = lumen.part(BoardPart, "board")
    assert [row.place for row in rows(board)] == [1]
    clan.roster.clear()
    part = lumen.part(MembersPart, "members")
    part.look()
    lumen.settle()
    assert part.lists.currentWidget() is part.empty
    board = lumen.part(BoardPart, "board")
    board.look()
    lumen.settle()
    assert board.lists.currentWidget() is board.empty


# Two games in one clan


def test_the_figures_of_two_games_are_never_put_together(lumen: Desk) -> None:
    part = lumen.part(BoardPart, "board")
    assert part.games.isVisible()
    assert part.told_now.value.total == 26
    part.games.choice.set_value(Game.OSRS)
    part.games.changed.emit()
    lumen.settle()
    assert sorted(row.name for row in rows(part)) == ["Yarrowdelve", "Zinnialoam"]
    assert part.kind_box.count() == 4
    overview = lumen.part(OverviewPart, "overview")
    overview.games.choice.set_value(Game.OSRS)
    overview.look()
    lumen.settle()
    assert [metric for metric, card in overview._cards.items() if card.isVisible()] == [
        "xp.total",
        "level.total",
        "kc.total",
        "clues.all",
    ]
    overview._cards["clues.all"].board.click()
    lumen.settle()
    assert part.told_now.value.metric == "clues.all"
    assert {row.name for row in rows(part)} == {"Yarrowdelve", "Zinnialoam"}


def test_a_clan_of_one_game_is_asked_for_no_choice(lumen: Desk) -> None:
    lumen.page.open_with(clan=WAYFARERS)
    part = lumen.part(BoardPart, "board")
    assert not part.games.isVisible()
    members = lumen.part(MembersPart, "members")
    members.add.click()
    dialog = lumen.dialog(AddMembersDialog)
    assert not dialog.game.isVisible()
    assert not dialog.region.isVisible()
    dialog.reject()


def test_an_old_school_account_has_no_region(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    part = desk.part(MembersPart, "members")
    part.add.click()
    dialog = desk.dialog(AddMembersDialog)
    assert dialog.region.isVisible()
    dialog.game.set_value(Game.OSRS)
    dialog._on_game(Game.OSRS)
    assert not dialog.region.isVisible()
    dialog.names.setPlainText("Tinwright")
    dialog.submit()
    desk.settle()
    (body,) = [each.body for each in server.asked if each.method == "POST"]
    assert body["game"] == "osrs"
