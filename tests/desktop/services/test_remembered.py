"""What the app remembers: calculator inputs, and this machine's own state."""

from sqlalchemy import select

from desktop.services.registry import Services
from desktop.storage.tables import history, outbox


def test_nothing_is_remembered_at_first(services: Services, character: str) -> None:
    assert services.remembered.inputs("symbols", character) == {}
    assert services.remembered.get("character") is None


def test_inputs_come_back_per_calculator_and_owner(services: Services, character: str) -> None:
    inputs = {"kind": "sacred", "sacred": {"cernium": {"level": 7, "held": 3}}, "note": "Ältere “Zeichen”"}
    changes = services.remembered.keep_inputs("symbols", character, inputs)
    assert changes.kinds == {"calculator_inputs"}
    assert services.remembered.inputs("symbols", character) == inputs
    assert services.remembered.inputs("symbols", "account") == {}
    assert services.remembered.inputs("luck", character) == {}


def test_newer_inputs_take_the_place_of_older_ones(services: Services) -> None:
    services.remembered.keep_inputs("luck", "account", {"runs": "10", "drops": "1"})
    services.remembered.keep_inputs("luck", "account", {"runs": "11"})
    assert services.remembered.inputs("luck", "account") == {"runs": "11"}


def test_the_same_inputs_again_change_nothing(services: Services) -> None:
    services.remembered.keep_inputs("luck", "account", {"runs": "10"})
    assert not services.remembered.keep_inputs("luck", "account", {"runs": "10"})


def test_inputs_are_sent_to_other_machines_but_are_no_step_to_undo(services: Services) -> None:
    services.remembered.keep_inputs("luck", "account", {"runs": "10"})
    with services.database.read() as connection:
        assert connection.execute(select(outbox.c.kind)).scalars().all() == ["calculator_inputs"]
        assert connection.execute(select(history)).first() is None


def test_what_is_this_machines_own_stays_here(services: Services) -> None:
    for value in ("a", ["b", 1], {"c": None}, False, 0):
        services.remembered.set("key", value)
        assert services.remembered.get("key") == value
    with services.database.read() as connection:
        assert connection.execute(select(outbox)).first() is None
        assert connection.execute(select(history)).first() is None
