"""What is worn, as the windows hear of it."""

from collections.abc import Callable

from desktop.services.registry import Services
from desktop.ui.context import Context
from shared.economy.things import CosmeticKind
from tests.desktop.services.economy.test_shop import give, win


def test_it_follows_what_is_worn_and_tells_only_changes(
    services: Services, context: Context, settle: Callable[[], None]
) -> None:
    told: list[str] = []
    wardrobe = context.wardrobe
    wardrobe.changed.connect(lambda: told.append(wardrobe.look(CosmeticKind.FRAME)))
    assert wardrobe.look(CosmeticKind.FRAME) == ""
    wardrobe.refresh()
    settle()
    assert told == [""]
    give(services, coins=1000)
    win(services, "title-maple-storm")
    for work in (
        lambda: services.shop.buy("frame-twine"),
        lambda: services.wearing.wear("frame-twine"),
        lambda: services.wearing.wear("title-maple-storm"),
    ):
        context.operations.perform(work)
        settle()
    assert told == ["", "twine", "twine"]
    assert wardrobe.title is not None
    assert wardrobe.title.name == "Storm of Leaves"
    context.operations.undo()
    settle()
    assert wardrobe.title is None
    assert wardrobe.look(CosmeticKind.TITLE) == ""
