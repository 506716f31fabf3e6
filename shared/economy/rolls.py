"""Rolls anybody can check: a committed secret, a text the player chooses, a counter, and nothing else.

Before the first roll of an epoch H = SHA-256(S) is shown, S being 32 random bytes. With the roll's table and counter

    message = "maplehub-loot/v1" ‖ 0x00 ‖ SHA-256(table) ‖ U64(len(client seed)) ‖ client seed ‖ U64(nonce)
    d₀ = HMAC-SHA256(S, message), dₖ = HMAC-SHA256(S, message ‖ U64(k)) for k = 1, 2, …

where U64 is 8 bytes, the most significant first, and the client seed is UTF-8. The words x are d₀, d₁, … cut into 8
bytes each. Of a table with total weight N the first x < 2**64 − 2**64 mod N counts, and x mod N falls on a prize by
the cumulative weights in the table's order. The counter goes 0, 1, 2, … through an epoch without a gap: a gap would be
a roll that somebody hides. Once S is told, every roll of the epoch can be repeated.
"""

import hashlib
import hmac
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from shared.economy.loot_table import LootTable, content_hash, read_table
from shared.economy.lootbox import LootKind, next_pity
from shared.economy.things import RARITIES
from shared.errors import InvalidInput
from shared.ids import natural_id

FORMAT = "maplehub-loot/v1"
SECRET_BYTES = 32
CLIENT_SEED_LENGTH = 64
"""Characters a client seed may have."""
_WORDS = 2**64


@dataclass(frozen=True, slots=True)
class RecordedRoll:
    """A roll as it was written down.

    id: `roll_id` of its seeds, so that no seed can be exchanged for another that happens to give the same. table: the
    hash of its table. pity: openings of the box before it without Rare or better. rarity: 0 common to 4 legendary.
    cost: coins. duplicate_coins: what a cosmetic that was owned became, None otherwise.
    """

    id: str
    nonce: int
    client_seed: str
    table: str
    box: str
    pity: int
    level: int
    prize: str
    rarity: int
    kind: LootKind
    thing: str
    amount: int
    cost: int
    duplicate_coins: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold. nonce: the roll it is about, None for the epoch as a whole."""

    nonce: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Proof:
    """An epoch with all it takes to check it alone. commitment, secret: hexadecimal.

    tables: texts by hash. pity: by box, what the count was when the epoch began; a box that is not named began at 0.
    """

    format: str
    commitment: str
    secret: str
    tables: Mapping[str, str]
    rolls: tuple[RecordedRoll, ...]
    pity: Mapping[str, int] = field(default_factory=dict)
    begun_at: str = ""
    revealed_at: str = ""


def commitment_of(secret: bytes) -> str:
    """H, lower-case hexadecimal."""
    return hashlib.sha256(secret).hexdigest()


def roll_id(commitment: str, table_hash: str, client_seed: str, nonce: int) -> str:
    """The id of a roll: it names everything the roll depends on."""
    return natural_id("roll", commitment, table_hash, str(nonce), client_seed)


def roll_message(table_hash: str, client_seed: str, nonce: int) -> bytes:
    """What is signed by the secret. ValueError for a hash that is no hexadecimal, OverflowError for a nonce < 0."""
    seed = client_seed.encode()
    return b"".join((FORMAT.encode(), b"\0", bytes.fromhex(table_hash), _u64(len(seed)), seed, _u64(nonce)))


def words(secret: bytes, message: bytes) -> Iterator[int]:
    """The 64-bit words of a roll, without end."""
    block, number = message, 0
    while True:
        digest = hmac.digest(secret, block, "sha256")
        for at in range(0, len(digest), 8):
            yield int.from_bytes(digest[at : at + 8], "big")
        number += 1
        block = message + _u64(number)


def pick(total: int, source: Iterator[int]) -> int:
    """A number from 0 to total − 1, each exactly as likely, from words of 64 bits: those at the end are passed over."""
    limit = _WORDS - _WORDS % total
    for word in source:
        if word < limit:
            return word % total
    raise ValueError("the words ran out")


def index_of(table: LootTable, number: int) -> int:
    """The prize a number from 0 to total − 1 falls on."""
    return bisect_right(table.ends, number)


def roll(secret: bytes, table: LootTable, client_seed: str, nonce: int) -> int:
    """The index of the prize that comes out."""
    source = words(secret, roll_message(table.hash, client_seed, nonce))
    return index_of(table, pick(table.total, source))


def verify_epoch(
    secret: bytes,
    commitment: str,
    rolls: Sequence[RecordedRoll],
    tables: Mapping[str, str],
    pity: Mapping[str, int] | None = None,
) -> list[Finding]:
    """Everything about an epoch that does not hold; nothing when every roll is what its seeds say.

    Repeats every roll, and checks that the secret is the committed one, that no counter is missing or stands twice,
    that tables are what their hashes say, and that the pity counts follow from the results. tables: texts by hash.
    pity: by box, the count the epoch began with (0 where it is not named).
    """
    findings: list[Finding] = []
    if commitment_of(secret) != commitment:
        findings.append(Finding(None, "The secret is not the one that was committed to."))
    known = _read_tables(tables, findings)
    counts = dict(pity or {})
    for place, each in enumerate(rolls):
        if each.nonce != place:
            findings.append(
                Finding(
                    each.nonce,
                    f"Counter {each.nonce} stands where {place} should: a roll is missing or moved.",
                )
            )
        table = known.get(each.table)
        if table is None:
            findings.append(Finding(each.nonce, "Its table is not there, or is another one."))
        else:
            findings += [Finding(each.nonce, text) for text in _differences(secret, commitment, each, table)]
        before = counts.get(each.box, 0)
        if each.pity != before:
            findings.append(
                Finding(each.nonce, f"Its pity count is {each.pity}, and {before} by the rolls before.")
            )
        if 0 <= each.rarity < len(RARITIES):
            counts[each.box] = next_pity(before, RARITIES[each.rarity])
    return findings


def verify_proof(proof: Proof) -> list[Finding]:
    """The same for an exported proof, which needs nothing else."""
    if proof.format != FORMAT:
        return [Finding(None, f"“{proof.format}” is not a format this program checks.")]
    try:
        secret = bytes.fromhex(proof.secret)
    except ValueError:
        return [Finding(None, "The secret is not hexadecimal.")]
    return verify_epoch(secret, proof.commitment, proof.rolls, proof.tables, proof.pity)


def read_proof(text: str) -> Proof:
    """A proof from its JSON. InvalidInput when it is none."""
    try:
        return _PROOF.validate_json(text, strict=True)
    except ValidationError as error:
        raise InvalidInput("proof", "This file is not a proof as MapleHub writes it.") from error


def write_proof(proof: Proof) -> str:
    """A proof as JSON, indented for people."""
    return _PROOF.dump_json(proof, indent=2).decode()


def _read_tables(tables: Mapping[str, str], findings: list[Finding]) -> dict[str, LootTable]:
    known = {}
    for table_hash, content in tables.items():
        try:
            if content_hash(content) == table_hash:
                known[table_hash] = read_table(content)
                continue
        except (InvalidInput, UnicodeEncodeError):
            pass
        findings.append(Finding(None, f"The table {table_hash[:16]}… is not what its hash says."))
    return known


def _differences(secret: bytes, commitment: str, each: RecordedRoll, table: LootTable) -> list[str]:
    """What a roll's record says that its seeds and its table do not."""
    try:
        prize = table.prizes[roll(secret, table, each.client_seed, each.nonce)]
        expected_id = roll_id(commitment, each.table, each.client_seed, each.nonce)
    except (ValueError, OverflowError):
        return ["Its seeds cannot be read."]
    found = []
    if each.id != expected_id:
        found.append("Its id does not belong to its seeds, counter and table.")
    if each.prize != prize.slug:
        found.append(f"It says {each.prize}, and the seeds say {prize.slug}.")
    elif (each.rarity, each.kind, each.thing, each.amount) != (
        prize.rarity.rank,
        prize.kind,
        prize.thing,
        prize.amount,
    ):
        found.append("Its prize is described otherwise than in its table.")
    duplicates = {None, table.duplicates[prize.rarity.rank]} if prize.kind is LootKind.COSMETIC else {None}
    if each.duplicate_coins not in duplicates:
        found.append("Its coins for a duplicate are not those of its table.")
    if (each.box, each.level, each.cost) != (table.box, table.level, table.price):
        found.append("Its box, level or price is not that of its table.")
    if (each.pity >= table.pity) != table.forced:
        found.append("Its table is not the one for its pity count.")
    return found


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "big")


_PROOF: TypeAdapter[Proof] = TypeAdapter(Proof)
