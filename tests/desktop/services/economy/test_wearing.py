"""Putting things on and taking them off."""

import pytest

from desktop.services.registry import Services
from shared.economy.things import CosmeticKind
from shared.errors import Conflict, NotFound
from tests.desktop.services.economy.test_shop import give, win


@pytest.fixture
def dressed(services: Services) -> Services:
    """A player with two accents and a title."""
    give(services, coins=1000)
    services.shop.buy("accent-lagoon")
    services.shop.buy("accent-clover")
    win(services, "title-maple-storm")
    return services


def test_nothing_is_worn_at_first(services: Services) -> None:
    assert services.wearing.worn() == {}


def test_one_of_each_kind_is_worn(dressed: Services) -> None:
    dressed.wearing.wear("accent-lagoon")
    dressed.wearing.wear("title-maple-storm")
    changes = dressed.wearing.wear("accent-clover")
    assert changes.label is not None
    assert changes.label.arguments == {"cosmetic": "Clover"}
    assert {kind: thing.slug for kind, thing in dressed.wearing.worn().items()} == {
        CosmeticKind.ACCENT: "accent-clover",
        CosmeticKind.TITLE: "title-maple-storm",
    }


def test_undo_puts_back_what_was_worn_before(dressed: Services) -> None:
    dressed.wearing.wear("accent-lagoon")
    dressed.wearing.wear("accent-clover")
    dressed.database.undo()
    assert dressed.wearing.worn()[CosmeticKind.ACCENT].slug == "accent-lagoon"
    dressed.database.undo()
    assert dressed.wearing.worn() == {}
    dressed.database.redo()
    assert dressed.wearing.worn()[CosmeticKind.ACCENT].slug == "accent-lagoon"


def test_taking_off_and_on_again(dressed: Services) -> None:
    dressed.wearing.wear("accent-lagoon")
    changes = dressed.wearing.take_off(CosmeticKind.ACCENT)
    assert changes.label is not None
    assert (changes.label.key, changes.label.arguments) == ("cosmetic.taken_off", {"cosmetic": "Lagoon"})
    assert dressed.wearing.worn() == {}
    with pytest.raises(NotFound):
        dressed.wearing.take_off(CosmeticKind.ACCENT)
    dressed.wearing.wear("accent-clover")
    assert dressed.wearing.worn()[CosmeticKind.ACCENT].slug == "accent-clover"


def test_wearing_the_same_again_is_no_change(dressed: Services) -> None:
    dressed.wearing.wear("accent-lagoon")
    assert not dressed.wearing.wear("accent-lagoon")


def test_only_what_is_owned_can_be_worn(services: Services) -> None:
    with pytest.raises(Conflict, match="do not have this"):
        services.wearing.wear("accent-lagoon")
    with pytest.raises(NotFound):
        services.wearing.wear("accent-of-nobody")


def test_undoing_a_purchase_takes_it_off_and_redo_puts_it_on(services: Services) -> None:
    give(services, coins=1000)
    bought = services.shop.buy("accent-lagoon")
    services.wearing.wear("accent-lagoon")
    services.database.undo(bought.entry)
    assert services.wearing.worn() == {}
    services.database.redo()
    assert services.wearing.worn()[CosmeticKind.ACCENT].slug == "accent-lagoon"


def test_a_won_thing_stays_worn_when_its_twin_is_given_back(services: Services) -> None:
    give(services, coins=1000)
    services.shop.buy("accent-lagoon")
    purchase = services.shop.inventory().returnable[0].purchase
    win(services, "accent-lagoon")
    services.wearing.wear("accent-lagoon")
    services.shop.refund(purchase)
    assert services.wearing.worn()[CosmeticKind.ACCENT].slug == "accent-lagoon"
