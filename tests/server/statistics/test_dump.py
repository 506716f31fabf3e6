"""Monthly dumps: what counted, under names that mean nothing."""

import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import zstandard
from fastapi import FastAPI

from server.jobs.service import do_if_due
from server.settings import Settings
from server.statistics import dump, service
from tests.server.conftest import Clock, Configure
from tests.server.statistics.crowd import Crowd


@pytest.fixture
def settings(configure: Configure, address: str) -> Settings:
    return configure(database_url=address)


@pytest.fixture
def crowd(app: FastAPI) -> Crowd:
    return Crowd(app.state.database)


def _rows(packed: bytes) -> list[dict[str, Any]]:
    with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
        return [json.loads(line) for line in reader.read().splitlines()]


async def _play(crowd: Crowd, users: int, boss: str, *days: date) -> list[str]:
    ids = []
    for _ in range(users):
        user, aria = await crowd.user(), crowd.character()
        item = crowd.catalog.drop_tables[boss].drops[0].item
        edits = [edit for day in days for edit in crowd.lucky(aria.id, item, boss=boss, day=day)]
        await crowd.push(user, aria, *edits)
        ids.append(user)
    await crowd.follow()
    return ids


async def test_a_month_is_written_a_week_after_its_end(
    app: FastAPI, client: httpx.AsyncClient, crowd: Crowd, clock: Clock, settings: Settings
) -> None:
    # The week of 26 February goes on into March.
    ids = await _play(crowd, 5, "hard-lucid", date(2026, 1, 20), date(2026, 2, 10), date(2026, 2, 28))
    ids += await _play(crowd, 4, "hard-will", date(2026, 2, 11))
    folder = dump.folder_of(settings.data_dir)
    job = dump.dump_job(folder, app.state.keys)
    for now, months in (
        (datetime(2026, 2, 7, tzinfo=UTC), []),
        (datetime(2026, 3, 7, 23, tzinfo=UTC), ["2026-01"]),
        (datetime(2026, 3, 8, 1, tzinfo=UTC), ["2026-02", "2026-01"]),
        (datetime(2026, 3, 9, tzinfo=UTC), ["2026-02", "2026-01"]),
    ):
        assert await do_if_due(app.state.database, job, now)
        assert [each.month for each in dump.kept(folder)] == months
    told = (await client.get("/api/stats/dumps")).json()["items"]
    packed = await client.get(f"/api/stats/dumps/{told[0]['name']}")
    assert packed.headers["content-type"] == "application/zstd"
    rows = _rows(packed.content)
    assert told[0] == {
        "month": "2026-02",
        "name": "maplehub-runs-2026-02.jsonl.zst",
        "rows": len(rows),
        "bytes": len(packed.content),
        "sha256": hashlib.sha256(packed.content).hexdigest(),
    }
    assert {row["boss_id"] for row in rows} == {"hard-lucid"}, "four players of a boss are told nothing of"
    assert Counter(row["day"] for row in rows) == {"2026-02-10": 5, "2026-02-28": 5}
    assert len({row["player"] for row in rows}) == 5
    assert [row["player"] for row in rows] == sorted(row["player"] for row in rows)
    item = crowd.catalog.drop_tables["hard-lucid"].drops[0].item
    assert (
        rows[0].items()
        >= {"world": "heroic", "party": "1", "epoch": "1", "runs": 1, "unrecorded_runs": 0}.items()
    )
    assert rows[0]["items"] == {item: {"runs": 1, "quantity": 1}}
    january = _rows((await client.get(f"/api/stats/dumps/{told[1]['name']}")).content)
    assert not {row["player"] for row in rows} & {row["player"] for row in january}
    assert not any(user in packed.text for user in ids)
    part = await client.get(f"/api/stats/dumps/{told[0]['name']}", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, packed.content[:10])


async def test_all_months_add_up_to_what_is_published(app: FastAPI, crowd: Crowd, settings: Settings) -> None:
    await _play(crowd, 6, "hard-lucid", *(date(2026, month, day) for month in (1, 2) for day in (3, 11, 20)))
    folder = dump.folder_of(settings.data_dir)
    runs = 0
    async with app.state.database.reading() as session:
        for month in (1, 2):
            made = await dump.write(session, folder, dump.Month(date(2026, month, 1)), app.state.keys.alias)
            runs += sum(row["runs"] for row in _rows((folder / made.name).read_bytes()))
        told = await service.boss(session, crowd.catalog, "hard-lucid", today=crowd.today)
    assert runs == told.runs == 36


async def test_what_is_not_whole_is_not_there(
    app: FastAPI, client: httpx.AsyncClient, crowd: Crowd, settings: Settings, clock: Clock
) -> None:
    assert not await _done(app, settings, clock)
    folder = dump.folder_of(settings.data_dir)
    folder.mkdir(parents=True)
    name = "maplehub-runs-2026-01.jsonl.zst"
    (folder / name).write_bytes(b"half")
    assert (await client.get("/api/stats/dumps")).json() == {"items": []}
    assert (await client.get(f"/api/stats/dumps/{name}")).status_code == 404


async def _done(app: FastAPI, settings: Settings, clock: Clock) -> list[Any]:
    folder = dump.folder_of(settings.data_dir)
    await do_if_due(app.state.database, dump.dump_job(folder, app.state.keys), clock.now)
    return dump.kept(folder)
