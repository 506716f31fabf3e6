"""The seeds, the history and the statistics of boxes."""

import hashlib
from collections.abc import Callable

import pytest

from desktop.services.economy.lootboxes import TEN, Lootboxes
from desktop.services.registry import Services
from desktop.storage.database import Database
from shared.catalog import Catalog
from shared.economy.lootbox import LootKind, rarity_odds
from shared.economy.rolls import commitment_of, read_proof, verify_proof, write_proof
from shared.economy.things import RARITIES
from shared.errors import Conflict, InvalidInput, NotFound
from tests.desktop.conftest import NOW
from tests.desktop.services.economy.loot import BOX, rows


def test_the_commitment_comes_before_the_first_roll(
    boxes: Lootboxes, database: Database, give: Callable[..., None]
) -> None:
    give(1000)
    state = boxes.state(BOX)
    assert rows(database, "SELECT commitment, revealed_at FROM lootbox_seeds") == [(state.commitment, None)]
    assert state.commitment == commitment_of(hashlib.sha256(b"secret 1").digest())
    assert boxes.seeds.current().secret == ""
    boxes.open(BOX)
    (ended,) = boxes.seeds.epochs()
    assert (ended.commitment, ended.rolls, ended.revealed_at) == (state.commitment, 1, None)


def test_an_opening_begins_with_a_seed_even_when_nobody_looked(
    boxes: Lootboxes, give: Callable[..., None]
) -> None:
    give(1000)
    boxes.open(BOX)
    assert boxes.seeds.current().rolls == 1


def test_rotating_tells_the_secret_and_begins_anew(boxes: Lootboxes, give: Callable[..., None]) -> None:
    give(10_000)
    with pytest.raises(Conflict, match="Nothing was opened"):
        boxes.seeds.rotate()
    boxes.open(BOX, TEN)
    first = boxes.seeds.current()
    changes, ended = boxes.seeds.rotate()
    assert changes.entry is None, "what was told cannot be untold"
    assert ended == first.id
    second = boxes.seeds.current()
    assert second.commitment != first.commitment
    assert boxes.state(BOX).nonce == 0
    newest, told = boxes.seeds.epochs()
    assert newest == second
    assert commitment_of(bytes.fromhex(told.secret)) == first.commitment
    boxes.open(BOX, TEN)
    for epoch in (first.id, second.id):
        verdict = boxes.seeds.verify(epoch)
        assert (verdict.rolls, verdict.findings) == (10, ())


def test_the_player_s_seed_counts_from_the_next_roll_on(boxes: Lootboxes, give: Callable[..., None]) -> None:
    give(10_000)
    boxes.open(BOX)
    boxes.seeds.set_client_seed("  my own ☘ seed ")
    assert boxes.seeds.client_seed() == boxes.state(BOX).client_seed == "my own ☘ seed"
    boxes.open(BOX)
    boxes.seeds.rotate()
    epoch = boxes.seeds.epochs()[1]
    assert [roll.client_seed for roll in boxes.seeds.proof(epoch.id).rolls] == ["", "my own ☘ seed"]
    assert boxes.seeds.verify(epoch.id).findings == ()
    for bad in ("x" * 65, "a\nb", "a\x1fb", "\ud800"):
        with pytest.raises(InvalidInput):
            boxes.seeds.set_client_seed(bad)
    boxes.seeds.set_client_seed("x" * 64)


def test_a_proof_holds_alone_and_is_not_given_too_early(boxes: Lootboxes, give: Callable[..., None]) -> None:
    give(100_000)
    boxes.open(BOX, TEN)
    first = boxes.seeds.current().id
    with pytest.raises(Conflict, match="still in use"):
        boxes.seeds.proof(first)
    boxes.seeds.rotate()
    boxes.open("moonlit-chest")
    boxes.open(BOX, TEN)
    second = boxes.seeds.rotate()[1]
    for epoch in (first, second):
        text = write_proof(boxes.seeds.proof(epoch))
        assert verify_proof(read_proof(text)) == []
    assert set(boxes.seeds.proof(second).pity) == {BOX}
    with pytest.raises(NotFound):
        boxes.seeds.proof("nothing")


def test_tampering_with_a_roll_is_found(
    boxes: Lootboxes, database: Database, give: Callable[..., None]
) -> None:
    from desktop.storage.append_only import unguard

    give(100_000)
    boxes.open(BOX, TEN)
    epoch = boxes.seeds.current().id
    with pytest.raises(Exception, match="append-only"), database.write() as writing:
        writing.tx.connection.exec_driver_sql(
            "UPDATE lootbox_rolls SET prize = 'hoard-of-coins' WHERE nonce = 4"
        )
    with database.write() as writing:
        unguard(writing.tx.connection)
        writing.tx.connection.exec_driver_sql(
            "UPDATE lootbox_rolls SET prize = 'hoard-of-coins' WHERE nonce = 4"
        )
        writing.tx.connection.exec_driver_sql("DELETE FROM lootbox_rolls WHERE nonce = 7")
    findings = boxes.seeds.verify(epoch).findings
    assert any(finding.nonce == 4 and "hoard-of-coins" in finding.text for finding in findings)
    assert any("missing" in finding.text for finding in findings)


def test_history_is_paged_and_filtered(boxes: Lootboxes, give: Callable[..., None]) -> None:
    give(1_000_000)
    boxes.open("moonlit-chest", TEN)
    for _ in range(6):
        boxes.open(BOX, TEN)
    everything = boxes.book.page(limit=1000)
    assert [roll.number for roll in everything] == list(range(70, 0, -1))
    pages: list[int] = []
    while page := boxes.book.page(BOX, before=pages[-1] if pages else None, limit=25):
        pages += [roll.number for roll in page]
    assert pages == list(range(70, 10, -1))
    better = frozenset(rarity for rarity in RARITIES if rarity.is_rare)
    assert boxes.book.page(rarities=better, limit=1000) == [r for r in everything if r.rarity.is_rare]
    assert boxes.book.count(rarities=better) == sum(roll.rarity.is_rare for roll in everything)
    assert boxes.book.count("moonlit-chest") == 10
    assert boxes.book.page(rarities=frozenset()) == []


def test_statistics_count_what_came_against_what_was_expected(
    boxes: Lootboxes, catalog: Catalog, give: Callable[..., None]
) -> None:
    empty = boxes.book.statistics()
    assert (empty.openings, empty.rates, empty.best, empty.luck.percentile) == (0, (), (), None)
    give(10_000_000)
    rolls = [roll for _ in range(30) for roll in boxes.open(BOX, TEN)[1].rolls]
    boxes.open("moonlit-chest")
    change = boxes._events.modifiers(NOW)
    box = catalog.economy.lootboxes[BOX]
    found = boxes.book.statistics(BOX)
    assert found.openings == 300
    assert found.spent == 30_000
    assert found.won == sum(
        roll.amount if roll.kind is LootKind.COINS else roll.duplicate_coins or 0 for roll in rolls
    )
    assert [rate.count for rate in found.rates] == [
        sum(r.rarity is rarity for r in rolls) for rarity in RARITIES
    ]
    for rate in found.rates:
        expected = sum(rarity_odds(box, roll.level, roll.pity, change)[rate.rarity] for roll in rolls)
        assert rate.expected == pytest.approx(float(expected))
        assert rate.low <= rate.count / 300 <= rate.high
    assert sum(rate.expected for rate in found.rates) == pytest.approx(300)
    assert found.luck.hits == sum(roll.rarity.is_rare for roll in rolls)
    assert found.luck.percentile is not None
    assert 0 < found.luck.percentile < 100
    assert found.driest == max(roll.pity + (not roll.rarity.is_rare) for roll in rolls)
    assert [roll.rarity.rank for roll in found.best] == sorted(
        (roll.rarity.rank for roll in found.best), reverse=True
    )
    assert found.best[0].rarity is max((roll.rarity for roll in rolls), key=lambda rarity: rarity.rank)
    assert found.cosmetics == len({roll.thing for roll in rolls if roll.kind is LootKind.COSMETIC})
    assert boxes.book.statistics().openings == 301


def test_two_programs_over_one_file_use_no_counter_twice(
    boxes: Lootboxes, database: Database, catalog: Catalog, services: Services, give: Callable[..., None]
) -> None:
    give(100_000)
    boxes.state(BOX)
    other = Database(database.path, now=database.now)
    second = Lootboxes(other, catalog, services.events, database.now)
    for _ in range(5):
        boxes.open(BOX)
        second.open(BOX)
    other.close()
    assert [row[0] for row in rows(database, "SELECT nonce FROM lootbox_rolls ORDER BY row")] == list(
        range(10)
    )
    assert boxes.seeds.verify(boxes.seeds.current().id).findings == ()
