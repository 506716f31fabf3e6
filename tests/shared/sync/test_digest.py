"""The digest tells whether both sides hold the same, and where they do not."""

from dataclasses import replace
from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from shared import ids
from shared.sync.digest import (
    BUCKETS,
    Digest,
    bucket_digests,
    bucket_of,
    differing,
    digests,
    missing_there,
    row_hash,
)
from shared.sync.records import TABLES
from shared.sync.wire import Row


def setting(name: str, value: str = "1", deleted: int = 0) -> Row:
    return Row("settings", ids.setting_id(name), {"key": name, "value": value, "deleted": deleted})


settings = st.lists(
    st.builds(setting, st.text("abc", max_size=3), st.text(max_size=3)), unique_by=lambda r: r.id
)


def test_a_rows_hash_is_what_the_words_say() -> None:
    row = setting("thème", "ü")
    text = f'{row.id}|{{"key":"thème","value":"ü"}}'
    assert row_hash(row) == int.from_bytes(blake2b(text.encode()).digest()[:8], "big")


def test_fields_of_newer_versions_do_not_count() -> None:
    row = setting("a")
    assert row_hash(replace(row, values={**row.values, "colour": "red"})) == row_hash(row)


@given(settings, st.randoms(use_true_random=False))
def test_order_and_tombstones_do_not_count(rows: list[Row], order: object) -> None:
    before = digests(rows)
    assert set(before) == set(TABLES)
    order.shuffle(rows)  # type: ignore[attr-defined]
    assert digests([*rows, setting("gone", deleted=1)]) == before
    assert before["settings"].count == len(rows)


@given(settings.filter(bool), st.data())
def test_a_difference_is_found_in_its_bucket_and_nowhere_else(rows: list[Row], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    changed = [*rows]
    changed[place] = replace(rows[place], values={**rows[place].values, "value": "something else"})
    mine, theirs = bucket_digests(rows), bucket_digests(changed)
    assert differing(mine, theirs) == (bucket_of(rows[place].id),)
    assert digests(rows)["settings"] != digests(changed)["settings"]
    assert sum(each.count for each in mine) == len(rows)


def test_ids_spread_over_the_buckets() -> None:
    counts = [each.count for each in bucket_digests(setting(str(n)) for n in range(6_400))]
    assert len(counts) == BUCKETS
    assert 50 < min(counts) <= max(counts) < 150


def test_the_sum_stays_in_eight_bytes() -> None:
    assert Digest(1, 2**64 - 1).plus(2) == Digest(2, 1)


def test_what_the_server_does_not_name_is_uploaded_again_and_not_removed() -> None:
    known, buried, absent, waiting, gone = (setting(name) for name in "abcde")
    local = {row.key: row is not gone for row in (known, buried, absent, waiting, gone)}
    answered = [known, setting("b", deleted=1)]
    assert missing_there(answered, local, {waiting.key}) == {absent.key}
