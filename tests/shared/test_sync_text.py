"""Pushes and pulls without an object for every row say the same as the documented models."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.api.sync import PullResponse, PushRequest, PushResponse
from shared.api.sync_text import (
    pull_answer_text,
    push_answer_text,
    push_text,
    read_pull_answer,
    read_push_answer,
    written,
)
from shared.sync.records import Code
from shared.sync.wire import Mutation, Op, PullAnswer, PulledRow, Push, PushAnswer, Result, Status

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
STAMPS = st.uuids(version=4).map(lambda made: f"{str(made)[:14]}7{str(made)[15:]}")
VALUES = st.none() | st.integers(-(2**63), 2**63 - 1) | TEXT
FIELDS = st.dictionaries(NAMES, VALUES, max_size=5)
MUTATIONS = st.builds(
    Mutation,
    STAMPS,
    NAMES,
    st.uuids().map(str),
    st.sampled_from(Op),
    FIELDS,
    st.dictionaries(NAMES, STAMPS, max_size=3),
    st.lists(STAMPS, max_size=3).map(tuple),
)
RESULTS = st.builds(
    Result,
    STAMPS,
    st.sampled_from(Status),
    STAMPS,
    st.lists(NAMES, max_size=3).map(tuple),
    st.none() | st.sampled_from(Code),
    st.dictionaries(STAMPS, STAMPS, max_size=2),
)
ROWS = st.builds(
    PulledRow,
    NAMES,
    st.uuids().map(str),
    st.integers(1, 2**53),
    STAMPS | st.just(""),
    st.dictionaries(NAMES, STAMPS | st.just(""), max_size=3),
    FIELDS,
)
COUNTS = st.integers(0, 2**53)


@given(st.builds(Push, TEXT, st.lists(MUTATIONS, max_size=4).map(tuple), st.integers(1, 9), COUNTS), COUNTS)
def test_a_push(sent: Push, sent_ms: int) -> None:
    model = PushRequest.model_validate_json(push_text(sent, sent_ms % 2**48))
    assert model.plain() == sent
    assert model.sent_at == sent_ms % 2**48


@given(st.builds(PushAnswer, TEXT, COUNTS, TEXT, COUNTS, st.lists(RESULTS, max_size=4).map(tuple)))
def test_the_answer_to_a_push(answer: PushAnswer) -> None:
    content = push_answer_text(answer)
    assert read_push_answer(content) == answer
    model = PushResponse.model_validate_json(content)
    assert read_push_answer(model.model_dump_json().encode()) == answer


@given(
    st.builds(
        PullAnswer, TEXT, COUNTS, st.booleans(), COUNTS, TEXT, COUNTS, st.lists(ROWS, max_size=4).map(tuple)
    )
)
def test_a_page(answer: PullAnswer) -> None:
    content = pull_answer_text(replace(answer, rows=tuple(map(written, answer.rows))))
    assert read_pull_answer(content) == answer
    model = PullResponse.model_validate_json(content)
    assert read_pull_answer(model.model_dump_json().encode()) == answer
