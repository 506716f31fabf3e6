"""The log's chain, against its definition written out again."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from shared.fairness.audit import genesis, head_of
from tests.shared.fairness.contest import CLAN

EVENTS = st.lists(
    st.fixed_dictionaries({"kind": st.text(max_size=8), "n": st.integers(0, 2**53 - 1)}), min_size=1
)


def test_the_first_and_the_next() -> None:
    first = sha256(b"maplehub-log/v1/genesis\0" + CLAN.encode()).digest()
    assert genesis(CLAN) == first
    event = b'{"at":"2026-03-05T18:00:00Z","kind":"created"}'
    line = first + bytes(8) + sha256(event).digest()
    made = head_of(genesis(CLAN), 0, {"kind": "created", "at": "2026-03-05T18:00:00Z"})
    assert made == sha256(b"maplehub-log/v1\0" + line).digest()


@given(EVENTS, st.data())
def test_a_changed_line_changes_every_head_after_it(
    events: list[dict[str, object]], data: st.DataObject
) -> None:
    def heads(told: list[dict[str, object]]) -> list[bytes]:
        found, head = [], genesis(CLAN)
        for number, event in enumerate(told):
            head = head_of(head, number, event)
            found.append(head)
        return found

    place = data.draw(st.integers(0, len(events) - 1))
    changed = [*events[:place], {**events[place], "more": 1}, *events[place + 1 :]]
    before, after = heads(events), heads(changed)
    assert before[:place] == after[:place]
    assert all(one != other for one, other in zip(before[place:], after[place:], strict=True))
