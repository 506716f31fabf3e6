"""The JSON of pushes and pulls, written and read without an object for every row: there may be a hundred thousand.

It is the JSON of the models in `shared.api.sync`, which document and check it; a test holds both to each other.
"""

from dataclasses import dataclass
from typing import Any, NotRequired

from pydantic import TypeAdapter
from pydantic_core import to_json
from typing_extensions import TypedDict

from shared.api.sync import PROTOCOL
from shared.sync.records import Code
from shared.sync.wire import (
    Mutation,
    PullAnswer,
    PulledRow,
    Push,
    PushAnswer,
    Result,
    Status,
)


class _Result(TypedDict):
    mid: str
    status: Status
    stamp: str
    lost: NotRequired[list[str]]
    code: NotRequired[Code | None]
    clamped: NotRequired[dict[str, str]]


class _PushAnswer(TypedDict):
    epoch: str
    head: int
    hlc: str
    server_time: int
    results: list[_Result]


class _Row(TypedDict):
    t: str
    id: str
    seq: int
    s: str
    c: NotRequired[dict[str, str]]
    v: dict[str, Any]


class _PullAnswer(TypedDict):
    epoch: str
    next: int
    has_more: bool
    purge: int
    hlc: str
    server_time: int
    rows: list[_Row]


_PUSH_ANSWER = TypeAdapter(_PushAnswer)
_PULL_ANSWER = TypeAdapter(_PullAnswer)


def push_text(sent: Push, sent_ms: int) -> bytes:
    """A push. sent_ms: the sender's clock, milliseconds since 1970."""
    return to_json(
        {
            "protocol": PROTOCOL,
            "schema": sent.schema,
            "epoch": sent.epoch,
            "cursor": sent.cursor,
            "sent_at": sent_ms,
            "mutations": [_mutation(each) for each in sent.mutations],
        }
    )


def push_answer_text(answer: PushAnswer) -> bytes:
    """The answer to a push."""
    return to_json(
        {
            "epoch": answer.epoch,
            "head": answer.head,
            "hlc": answer.hlc,
            "server_time": answer.server_ms,
            "results": [_result(each) for each in answer.results],
        }
    )


def read_push_answer(content: bytes) -> PushAnswer:
    """The answer to a push. Raises pydantic's ValidationError."""
    read = _PUSH_ANSWER.validate_json(content)
    results = tuple(
        Result(
            each["mid"],
            each["status"],
            each["stamp"],
            tuple(each.get("lost", ())),
            each.get("code"),
            each.get("clamped", {}),
        )
        for each in read["results"]
    )
    return PushAnswer(read["epoch"], read["head"], read["hlc"], read["server_time"], results)


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A row on its way to a client whose JSON is written already: databases do that best."""

    seq: int
    text: str


def written(row: PulledRow) -> WrittenRow:
    """A row, written."""
    told = {"t": row.table, "id": row.id, "seq": row.seq, "s": row.stamp, "c": row.stamps, "v": row.values}
    return WrittenRow(row.seq, to_json(told).decode())


def written_alike(table: str, row_id: str, seq: int, stamp: str, values: str) -> WrittenRow:
    """A row all of whose fields have one stamp. values: JSON; nothing else may need escaping."""
    return WrittenRow(seq, f'{{"t":"{table}","id":"{row_id}","seq":{seq},"s":"{stamp}","v":{values}}}')


def pull_answer_text(answer: PullAnswer[WrittenRow]) -> bytes:
    """A page of a history."""
    head = to_json(
        {
            "epoch": answer.epoch,
            "next": answer.next,
            "has_more": answer.has_more,
            "purge": answer.purge,
            "hlc": answer.hlc,
            "server_time": answer.server_ms,
        }
    )
    rows = ",".join([row.text for row in answer.rows])
    return b'%b,"rows":[%b]}' % (head[:-1], rows.encode())


def read_pull_answer(content: bytes) -> PullAnswer:
    """A page of a history. Raises pydantic's ValidationError."""
    read = _PULL_ANSWER.validate_json(content)
    rows = tuple(
        PulledRow(row["t"], row["id"], row["seq"], row["s"], row.get("c", {}), row["v"])
        for row in read["rows"]
    )
    return PullAnswer(
        read["epoch"],
        read["next"],
        read["has_more"],
        read["purge"],
        read["hlc"],
        read["server_time"],
        rows,
    )


def _mutation(each: Mutation) -> dict[str, object]:
    written: dict[str, object] = {
        "mid": each.mid,
        "t": each.table,
        "id": each.id,
        "op": each.op,
        "set": each.fields,
    }
    if each.stamps:
        written["stamps"] = each.stamps
    if each.past:
        written["past"] = each.past
    return written


def _result(each: Result) -> dict[str, object]:
    written: dict[str, object] = {"mid": each.mid, "status": each.status, "stamp": each.stamp}
    if each.lost:
        written["lost"] = each.lost
    if each.code is not None:
        written["code"] = each.code
    if each.clamped:
        written["clamped"] = each.clamped
    return written
