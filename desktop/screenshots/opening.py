"""Pictures of boxes: while they open and when they lie open."""

from collections.abc import Callable, Iterator
from functools import partial

from desktop.ui.lootboxes.page import LootboxesPage
from desktop.ui.lootboxes.scene import REVEAL_MS, best_of, duration_ms
from desktop.ui.lootboxes.words import Won, prize_name, thing_of
from desktop.ui.shell.controller import ShellController


def opening_views(
    controller: ShellController, settle: Callable[[], None]
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Every rarity, and ten at once."""
    controller.go("lootboxes", view="open")
    settle()
    page = controller.front()
    assert isinstance(page, LootboxesPage)
    economy = controller.context.catalog.economy
    prizes = [
        Won(
            name=prize_name(prize.kind, prize.thing, prize.amount, economy),
            rarity=prize.rarity,
            kind=prize.kind,
            thing=thing_of(prize.thing, economy),
            amount=prize.amount,
        )
        for prize in page.opening.box.prizes
    ]
    by_rarity = {prize.rarity: prize for prize in prizes}
    shown = {str(rarity): [prize] for rarity, prize in by_rarity.items()} | {"ten": prizes[-10:]}
    for name, won in shown.items():
        end = duration_ms(best_of(won))
        for moment, at in (("building", end * 0.42), ("bursting", end - REVEAL_MS * 0.7), ("open", end)):
            yield f"lootbox-{name}-{moment}", partial(page.opening.stage.show_at, won, name, at)
