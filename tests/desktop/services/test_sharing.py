"""Whether the player's runs may count: asked once, synced, and never brought back by undo."""

import json

import pytest

from desktop.services.registry import Services
from desktop.storage.tables import settings
from shared.ids import setting_id
from shared.statistics import SHARE


def _stored(services: Services) -> list[tuple[str, str, int]]:
    return services.database.peek(
        "SELECT key, value, deleted FROM settings WHERE id = ?", (setting_id(SHARE),)
    )


def test_nobody_was_asked_yet(services: Services) -> None:
    assert services.sharing.answer() is None


def test_the_answer_is_what_the_server_reads(services: Services) -> None:
    for share, value in ((True, "true"), (False, "false"), (True, "true")):
        changes = services.sharing.decide(share)
        assert services.sharing.answer() is share
        assert _stored(services) == [(SHARE, value, 0)]
        assert changes.kinds == {"settings"}
    sent = services.database.peek("SELECT kind, row_id, op, fields FROM outbox ORDER BY mid")
    assert [(kind, row_id, op) for kind, row_id, op, _ in sent] == [
        ("settings", setting_id(SHARE), op) for op in ("insert", "update", "update")
    ]
    assert [json.loads(fields)["value"] for *_, fields in sent] == ["true", "false", "true"]


def test_undo_leaves_a_withdrawal_alone(services: Services) -> None:
    services.sharing.decide(True)
    services.sharing.decide(False)
    assert services.database.next_undo() is None
    services.database.undo()
    assert services.sharing.answer() is False


@pytest.mark.parametrize("value", ["false", "null", '"true"', "1", "{"])
def test_only_a_plain_yes_is_a_yes(services: Services, value: str) -> None:
    services.sharing.decide(True)
    with services.database.write() as writing:
        writing.tx.update(settings, setting_id(SHARE), value=value)
    assert services.sharing.answer() is False
