"""The made-up clans: the same at every start, a contest in every state, and proofs that verify."""

import json
from datetime import timedelta
from typing import get_args

import pytest

from desktop.services.demo_clans.cast import LUMEN, ME, WAYFARERS
from desktop.services.demo_clans.hub import DemoHub
from shared.api.clans import MAX_MEMBERS
from shared.api.contests import ContestInfo, ContestList, Phase
from shared.api.progress import Board, Panels
from shared.catalog import Catalog
from shared.fairness.audit import genesis, head_of
from shared.fairness.proof import read_proof
from shared.fairness.verify import Outcome, verify
from tests.desktop.conftest import Clock


@pytest.fixture
def hub(catalog: Catalog, clock: Clock) -> DemoHub:
    return DemoHub(catalog, clock)


def get(hub: DemoHub, path: str, **params: str) -> bytes:
    status, body = hub.answer("GET", f"/api{path}", params, b"")
    assert status == 200, body
    return body


def contests(hub: DemoHub) -> list[ContestInfo]:
    return ContestList.model_validate_json(get(hub, f"/clans/{LUMEN}/contests")).items


def test_it_is_the_same_at_every_start(hub: DemoHub, catalog: Catalog) -> None:
    again = DemoHub(catalog, Clock())
    for path in ("/clans", f"/clans/{LUMEN}/members", f"/clans/{LUMEN}/contests", f"/clans/{LUMEN}/webhooks"):
        assert get(hub, path) == get(again, path)


def test_there_is_a_contest_in_every_state(hub: DemoHub) -> None:
    assert {contest.phase for contest in contests(hub)} == set(get_args(Phase))


def test_what_was_drawn_verifies_and_one_of_them_by_a_real_beacon(hub: DemoHub) -> None:
    drawn = [contest for contest in contests(hub) if contest.phase == "drawn"]
    found = [verify(read_proof(get(hub, f"/contests/{contest.id}/proof"))).outcome for contest in drawn]
    assert found == [Outcome.TRUSTED, Outcome.VALID]


def test_the_log_is_chained(hub: DemoHub) -> None:
    for clan in hub.clans.values():
        head = genesis(clan.id)
        for number, line in enumerate(clan.log.lines):
            assert line.prev == head.hex()
            head = head_of(head, number, line.event)
            assert line.head == head.hex()
        times = [line.at for line in clan.log.lines]
        assert times == sorted(times)


def test_days_add_up_to_what_was_gained(hub: DemoHub) -> None:
    for clan in (LUMEN, WAYFARERS):
        found = Panels.model_validate_json(get(hub, f"/clans/{clan}/panels", timeframe="7d"))
        for panel in found.items:
            assert panel.gained == sum(day.gained for day in panel.days)
            assert [day.day for day in panel.days] == [
                found.first_day + timedelta(days=number) for number in range(7)
            ]
            query = {"metric": panel.metric, "timeframe": "7d", "limit": "500"}
            board = Board.model_validate_json(get(hub, f"/clans/{clan}/board", **query))
            assert panel.gained == sum(row.gained or 0 for row in board.items)
            assert panel.known == sum(row.gained is not None for row in board.items)


def test_the_large_clan_is_as_large_as_one_can_be(hub: DemoHub) -> None:
    names = [each.info.name for each in hub.clans[WAYFARERS].roster]
    assert len(names) == len(set(names)) == MAX_MEMBERS


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/clans/nobody", None, 404),
        ("GET", f"/clans/{LUMEN}/nothing", None, 404),
        ("POST", "/clans", {"name": ""}, 422),
        ("POST", "/clans/join", {"code": "mhi_x"}, 404),
        ("PUT", f"/clans/{WAYFARERS}/people/{ME}", {"role": "leader"}, 403),
        ("DELETE", f"/clans/{LUMEN}/contests/{'0' * 36}", None, 404),
    ],
)
def test_it_refuses_as_a_server_does(
    hub: DemoHub, method: str, path: str, body: dict[str, str] | None, status: int
) -> None:
    content = b"" if body is None else json.dumps(body).encode()
    found, told = hub.answer(method, f"/api{path}", {}, content)
    assert found == status
    assert json.loads(told)["detail"]
