"""Buying, giving back, and what that does to the ledger."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from desktop.services.economy.ownership import Source
from desktop.services.economy.shop import Offer, ShopState
from desktop.services.registry import Services, build_services
from desktop.storage.database import Database
from desktop.storage.ledger import Posting, balances, post_all
from desktop.storage.tables import lootbox_rolls
from shared.catalog import Catalog
from shared.economy.ledger import Kind, NotEnough, issue, sink
from shared.economy.lootbox import LootKind
from shared.economy.shop import Price, ShopItem
from shared.economy.things import CosmeticKind, Rarity
from shared.errors import Conflict, InvalidInput, NotFound
from shared.ids import new_id
from tests.desktop.conftest import NOW, Clock

ACCENT, FRAME, FEATHER = "accent-lagoon", "frame-phoenix", "phoenix-feather"


def give(services: Services, **units: int) -> None:
    """Put units into the purse, or take them out."""
    with services.database.write() as writing:
        legs = sum(
            (
                issue(unit.replace("_", "-"), n) if n > 0 else sink(unit.replace("_", "-"), -n)
                for unit, n in units.items()
            ),
            (),
        )
        post_all(writing.tx, [Posting(Kind.ADMIN_ADJUST, new_id(), legs, NOW, {})])


def win(services: Services, slug: str) -> None:
    """Let a box have given a cosmetic."""
    cosmetic = services.catalog.economy.cosmetics[slug]
    row = {
        "id": new_id(),
        "seed_id": new_id(),
        "nonce": 0,
        "client_seed": "",
        "table_hash": "",
        "box": "maple-box",
        "pity": 0,
        "level": 1,
        "prize": slug,
        "rarity": cosmetic.rarity.rank,
        "kind": str(LootKind.COSMETIC),
        "thing": slug,
        "amount": 1,
        "cost": 100,
        "duplicate_coins": None,
        "at": NOW.isoformat(),
    }
    with services.database.write() as writing:
        writing.tx.append(lootbox_rolls, [row])


def have(services: Services, unit: str) -> int:
    """What the purse holds."""
    with services.database.read() as connection:
        return balances(connection).get(f"user:{unit}", 0)


def state(services: Services, slug: str) -> ShopState:
    return next(found for found in services.shop.items() if found.item.slug == slug)


@pytest.fixture
def rich(services: Services) -> Services:
    """Services of a player who can pay for anything."""
    give(services, coins=20_000, experience=500_000, phoenix_feather=8, legendary_ore=4, celestial_dust=20)
    return services


def test_buying_takes_the_price_and_gives_the_thing(rich: Services) -> None:
    changes = rich.shop.buy(FRAME)
    assert changes.label is not None
    assert (changes.label.key, changes.label.arguments["item"]) == ("shop.bought", "Phoenix")
    assert have(rich, "coins") == 14_000
    assert have(rich, FEATHER) == 3
    owned = rich.shop.inventory().cosmetics
    assert [thing.cosmetic.slug for thing in owned] == [FRAME]
    assert owned[0].source is Source.SHOP
    assert owned[0].paid == {"coins": 6000, FEATHER: 5, "legendary-ore": 2}
    assert owned[0].refund_until == NOW + timedelta(hours=72)
    assert state(rich, FRAME).offer is Offer.OWNED


def test_materials_are_bought_by_the_piece_and_counted(rich: Services) -> None:
    rich.shop.buy("celestial-dust-pouch", 2)
    assert have(rich, "celestial-dust") == 30
    assert have(rich, "coins") == 19_300
    pouch = state(rich, "celestial-dust-pouch")
    assert (pouch.stock_left, pouch.limit_left, pouch.offer) == (4, 0, Offer.LIMIT)
    with pytest.raises(Conflict, match="as many of these"):
        rich.shop.buy("celestial-dust-pouch")


def test_undo_gives_the_money_back_and_redo_takes_it_again(rich: Services) -> None:
    rich.shop.buy(ACCENT)
    rich.database.undo()
    assert have(rich, "coins") == 20_000
    assert rich.shop.inventory().cosmetics == ()
    rich.database.redo()
    assert have(rich, "coins") == 19_700
    assert state(rich, ACCENT).owned


def test_redo_that_can_no_longer_be_paid_changes_nothing(rich: Services) -> None:
    rich.shop.buy(ACCENT)
    rich.database.undo()
    give(rich, coins=-19_900)
    with pytest.raises(NotEnough):
        rich.database.redo()
    assert have(rich, "coins") == 100
    assert not state(rich, ACCENT).owned
    give(rich, coins=200)
    rich.database.redo()
    assert state(rich, ACCENT).owned


@pytest.mark.parametrize(
    ("slug", "pieces", "words"),
    [
        ("no-such-thing", 1, "does not have"),
        (ACCENT, 0, "at least one"),
        (ACCENT, 2, "You may buy 1 more"),
        ("tray-dewdrop", 1, "sold out"),
        (FEATHER, 4, "You may buy 3 more"),
    ],
)
def test_a_refusal_leaves_nothing_behind(rich: Services, slug: str, pieces: int, words: str) -> None:
    with pytest.raises((NotFound, InvalidInput, Conflict), match=words):
        rich.shop.buy(slug, pieces)
    assert have(rich, "coins") == 20_000
    assert rich.shop.inventory().returnable == ()


def test_level_and_price_are_asked_for_in_words(services: Services) -> None:
    with pytest.raises(NotEnough, match="This takes 300 coins, and you have 0"):
        services.shop.buy(ACCENT)
    give(services, coins=260)
    short = state(services, ACCENT)
    assert (short.offer, short.missing, short.affordable) == (Offer.SHORT, {"coins": 40}, False)
    assert state(services, FRAME).offer is Offer.LEVEL
    with pytest.raises(Conflict, match="needs level 15, and you are level 1"):
        services.shop.buy(FRAME)
    give(services, coins=20_000, experience=500_000)
    with pytest.raises(NotEnough, match="5 Phoenix Feather, and you have 0"):
        services.shop.buy(FRAME)


def test_what_a_box_gave_is_not_sold_again(rich: Services) -> None:
    win(rich, ACCENT)
    assert state(rich, ACCENT).offer is Offer.OWNED
    with pytest.raises(Conflict, match="have this already"):
        rich.shop.buy(ACCENT)
    owned = rich.shop.inventory().cosmetics[0]
    assert (owned.source, owned.box, owned.paid) == (Source.BOX, "Maple Box", {"coins": 100})
    assert owned.refund_until is None


def test_giving_back_returns_the_price_and_takes_the_thing_off(rich: Services) -> None:
    rich.shop.buy(FRAME)
    rich.wearing.wear(FRAME)
    purchase = rich.shop.inventory().returnable[0]
    assert purchase.price == {"coins": 6000, FEATHER: 5, "legendary-ore": 2}
    changes = rich.shop.refund(purchase.purchase)
    assert changes.label is not None
    assert changes.label.key == "shop.refunded"
    assert {"purchases", "settings"} <= changes.kinds
    assert have(rich, "coins") == 20_000
    assert have(rich, FEATHER) == 8
    assert rich.wearing.worn() == {}
    rich.database.undo()
    assert rich.wearing.worn()[CosmeticKind.FRAME].slug == FRAME
    assert have(rich, FEATHER) == 3


def test_a_thing_given_back_can_be_bought_again(rich: Services) -> None:
    for _ in range(3):
        rich.shop.buy(ACCENT)
        rich.shop.refund(rich.shop.inventory().returnable[0].purchase)
    assert have(rich, "coins") == 20_000
    rich.shop.buy(ACCENT)
    assert have(rich, "coins") == 19_700


def test_a_refund_ends_with_its_time(rich: Services, clock: Clock) -> None:
    rich.shop.buy(ACCENT)
    purchase = rich.shop.inventory().returnable[0].purchase
    clock.now = NOW + timedelta(hours=72)
    assert rich.shop.inventory().returnable == ()
    assert state(rich, ACCENT).refund_until is None
    with pytest.raises(Conflict, match="72 hours only"):
        rich.shop.refund(purchase)
    assert state(rich, ACCENT).owned


def test_materials_that_are_used_up_do_not_come_back(services: Services) -> None:
    give(services, coins=5000, experience=500_000)
    services.shop.buy(FEATHER)
    purchase = services.shop.inventory().returnable[0].purchase
    services.shop.buy("tray-acorn")
    give(services, phoenix_feather=-1)
    assert [row.gives for row in services.shop.inventory().returnable] == ["tray-acorn"]
    with pytest.raises(Conflict, match="used up"):
        services.shop.refund(purchase)


def test_materials_say_what_they_are_for(rich: Services) -> None:
    holdings = {row.material.slug: row for row in rich.shop.inventory().materials}
    assert holdings[FEATHER].pieces == 8
    assert set(holdings[FEATHER].needed_for) == {"Ember", "Phoenix", "Feather"}
    rich.shop.buy(FRAME)
    again = {row.material.slug: row for row in rich.shop.inventory().materials}
    assert set(again[FEATHER].needed_for) == {"Ember", "Feather"}


def test_two_machines_that_buy_the_same_cosmetic_make_one_row(
    catalog: Catalog, tmp_path: Path, clock: Clock
) -> None:
    ids = []
    for name in ("one", "other"):
        database = Database.open(tmp_path / name / "m.sqlite3", tmp_path / name / "backups", now=clock)
        services = build_services(database, catalog, clock)
        give(services, coins=1000)
        services.shop.buy(ACCENT)
        ids.append(services.shop.inventory().returnable[0].purchase)
        database.close()
    assert ids[0] == ids[1]


def test_of_a_hundred_buyers_of_the_last_one_just_one_has_it(
    catalog: Catalog, database: Database, clock: Clock
) -> None:
    last = ShopItem("last", FEATHER, "material", Price(10), stock=1, limit=-1)
    economy = replace(catalog.economy, shop={"last": last})
    scarce = replace(catalog, economy=economy)
    give(build_services(database, scarce, clock), coins=100_000)
    stalls = [build_services(Database(database.path, now=clock), scarce, clock) for _ in range(100)]

    def buy(services: Services) -> str:
        try:
            services.shop.buy("last")
        except Conflict as error:
            return error.message
        return "bought"

    with ThreadPoolExecutor(100) as pool:
        answers = Counter(pool.map(buy, stalls))
    for services in stalls:
        services.database.close()
    assert answers == {"bought": 1, "This is sold out.": 99}
    seller = build_services(database, scarce, clock)
    assert have(seller, "coins") == 99_990
    assert have(seller, FEATHER) == 1
    assert state(seller, "last").stock_left == 0


def test_every_seeded_thing_can_be_had_and_dearer_is_rarer(catalog: Catalog) -> None:
    economy = catalog.economy
    sold = {item.gives for item in economy.shop.values() if item.active and item.stock != 0}
    boxed = {prize.thing for box in economy.lootboxes.values() for prize in box.prizes}
    assert sold | boxed - {""} <= set(economy.cosmetics) | set(economy.materials)
    assert set(economy.cosmetics) - sold - boxed == set()
    assert len(economy.cosmetics) >= 30
    assert {cosmetic.kind for cosmetic in economy.cosmetics.values()} == set(CosmeticKind)
    for kind in CosmeticKind:
        prices = [
            (economy.cosmetics[item.gives].rarity.rank, item.price.coins)
            for item in economy.shop.values()
            if item.category == kind
        ]
        assert {Rarity.COMMON.rank, Rarity.RARE.rank} <= {rank for rank, _ in prices}
        for rank, coins in prices:
            assert all(coins < more for higher, more in prices if higher > rank), kind


class Shopping(RuleBasedStateMachine):
    """Any order of buying, giving back, undoing and redoing keeps the books."""

    make: Callable[[], Services]

    def __init__(self) -> None:
        super().__init__()
        self.services = type(self).make()
        give(self.services, coins=1500, experience=500_000, celestial_dust=3)

    def teardown(self) -> None:
        self.services.database.close()

    @rule(
        slug=st.sampled_from([ACCENT, "title-star-chaser", FEATHER, "celestial-dust"]),
        pieces=st.integers(1, 4),
    )
    def buy(self, slug: str, pieces: int) -> None:
        try:
            self.services.shop.buy(slug, pieces)
        except (Conflict, NotEnough) as error:
            assert error.message  # noqa: PT017 - any refusal must be a sentence

    @rule(index=st.integers(0, 5))
    def refund(self, index: int) -> None:
        found = self.services.shop.inventory().returnable
        if index < len(found):
            self.services.shop.refund(found[index].purchase)

    @rule()
    def undo(self) -> None:
        try:
            self.services.database.undo()
        except NotEnough as error:
            assert error.unit  # noqa: PT017

    @rule()
    def redo(self) -> None:
        try:
            self.services.database.redo()
        except NotEnough as error:
            assert error.unit  # noqa: PT017

    @invariant()
    def the_books_agree_with_the_inventory(self) -> None:
        services = self.services
        with services.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT gives, pieces, price FROM purchases WHERE deleted = 0")
            live = [(row.gives, row.pieces, json.loads(row.price)) for row in rows]
            held = balances(connection)
        expected = Counter({"coins": 1500, "celestial-dust": 3})
        for gives, pieces, price in live:
            expected.subtract(price)
            if gives in services.catalog.economy.materials:
                expected[gives] += pieces
        for unit, amount in expected.items():
            assert held.get(f"user:{unit}", 0) == amount >= 0
        counts = Counter(gives for gives, _, _ in live)
        assert counts[ACCENT] <= 1
        assert counts[FEATHER] <= 3


def test_any_order_of_trades_keeps_the_books(
    catalog: Catalog, tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> None:
    def make() -> Services:
        folder = tmp_path_factory.mktemp("shop")
        return build_services(
            Database.open(folder / "m.sqlite3", folder / "backups", now=clock), catalog, clock
        )

    class Here(Shopping):
        pass

    Here.make = staticmethod(make)
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
