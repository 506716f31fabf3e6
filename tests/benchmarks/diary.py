"""The diary with a hundred thousand runs: first paint, sorting, filtering, jumping, scrolling."""

import sqlite3
import statistics
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Select

from desktop.services.diary import Diary, DiaryFilter, Show, SortKey, compiled
from desktop.services.opening import SEEDS
from desktop.services.registry import Services, build_services
from desktop.storage.database import Database
from shared.catalog import load_catalog
from tests.benchmarks.measure import Options, Result, benchmark, milliseconds, side_by_side
from tests.benchmarks.seed import LAST_DAY, seed

NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
_SIZE = (1092, 748)
_PAGE = 200
_FRAMES = 240
_PLAIN = 1.5
_PAINT = 3.0
_FRAME_MS = 50


def open_seeded(folder: Path, rows: int) -> Services:
    """A diary of so many runs in a fresh file."""
    database = Database.open(folder / "diary.sqlite3", folder / "backups", now=_now)
    catalog = load_catalog(SEEDS)
    seed(database, catalog, rows)
    return build_services(database, catalog, _now)


@benchmark("diary")
def diary(options: Options) -> Iterator[Result]:
    """Against the same SQL through plain sqlite3."""
    services = open_seeded(options.folder, options.rows)
    try:
        yield from _queries(services, options)
        yield from _page(services, options)
    finally:
        services.database.close()


def plain_rows(connection: sqlite3.Connection, query: tuple[str, list[object]]) -> "array[int]":
    """What the diary's list costs without anything of ours around it."""
    return array("q", [number for (number,) in connection.execute(*query).fetchall()])


def _now() -> datetime:
    return NOW


def _sql(services: Services, query: Select[tuple[int]]) -> tuple[str, list[object]]:
    with services.database.read() as connection:
        return compiled(query, connection)


def _bare(services: Services) -> sqlite3.Connection:
    connection = sqlite3.connect(services.database.path)
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def _filters(services: Services) -> dict[str, DiaryFilter]:
    owner = services.characters.all()[1].id
    item = services.diary.drops_by_item(DiaryFilter())[0][0]
    return {
        "character": DiaryFilter(character_id=owner),
        "boss": DiaryFilter(boss_slug="lucid"),
        "item": DiaryFilter(item=item),
        "dates": DiaryFilter(since=LAST_DAY - timedelta(days=400)),
        "with drops": DiaryFilter(show=Show.WITH_DROPS),
        "open": DiaryFilter(show=Show.UNRESOLVED),
        "nothing": DiaryFilter(show=Show.NOTHING),
        "failed": DiaryFilter(show=Show.FAILED),
        "search": DiaryFilter(text="luck"),
        "search for a boss": DiaryFilter(text="hard lucid"),
        "character, boss, dates": DiaryFilter(owner, "lucid", None, LAST_DAY - timedelta(days=900)),
    }


def _queries(services: Services, options: Options) -> Iterator[Result]:
    found: Diary = services.diary
    bare = _bare(services)

    def compare(name: str, condition: DiaryFilter, sort: SortKey) -> Result:
        query = _sql(services, found.rows_query(condition, sort, descending=True))
        ours, theirs = side_by_side(
            lambda: found.rows(condition, sort), lambda: plain_rows(bare, query), options.repeats
        )
        return Result(name, ours, "ms", theirs, most_ratio=_PLAIN)

    for sort in SortKey:
        yield compare(f"sort by {sort}", DiaryFilter(), sort)
    for name, condition in _filters(services).items():
        yield compare(f"filter: {name}", condition, SortKey.DATE)
    total = statistics.median(
        milliseconds(lambda: found.totals(DiaryFilter())) for _ in range(options.repeats)
    )
    yield Result("totals", total)
    bare.close()


def _page(services: Services, options: Options) -> Iterator[Result]:
    from tests.benchmarks.window import Stage

    stage = Stage(services, options.folder)
    bare = _bare(services)
    query = _sql(services, services.diary.rows_query(DiaryFilter(), SortKey.DATE, descending=True))

    def plain_page(rows: "array[int]") -> None:
        marks = ",".join("?" * len(rows))
        runs = bare.execute(f"SELECT * FROM boss_runs WHERE row IN ({marks})", list(rows)).fetchall()
        ids = [run[1] for run in runs]
        bare.execute(
            f"SELECT * FROM boss_run_drops WHERE run_id IN ({marks}) AND deleted = 0", ids
        ).fetchall()
        bare.execute("SELECT id, name FROM characters").fetchall()

    def plain_open() -> None:
        plain_page(plain_rows(bare, query)[:_PAGE])

    last = plain_rows(bare, query)[-_PAGE:]
    stage.open()
    stage.discard()
    build, paint, jump, plain, plain_jump = [], [], [], [], []
    for _ in range(options.repeats):
        plain.append(milliseconds(plain_open))
        built, painted = stage.open()
        build.append(built)
        paint.append(painted)
        stage.settle()
        jump.append(milliseconds(stage.jump_to_end))
        plain_jump.append(milliseconds(lambda: plain_page(last)))
        stage.discard()
    median = statistics.median
    yield Result("first paint, from show to rows", median(paint), "ms", median(plain), most_ratio=_PAINT)
    yield Result("  before it: building the page", median(build))
    # Two paints and a page; a ratio to the bare page, which paints nothing, would say little.
    yield Result(
        "jump to the end, until painted", median(jump), "ms", median(plain_jump), most_value=_FRAME_MS
    )
    stage.open()
    yield from _frames("scroll through all", stage.scroll_through(_FRAMES))
    yield from _frames("scroll line by line", stage.scroll_lines(_FRAMES))
    yield Result("refresh after a change, until painted", median(stage.refreshes(options.repeats)))
    yield from _frames("frames while it refreshes", stage.frames_while_refreshing())
    stage.close()
    bare.close()


def _frames(name: str, times: list[float]) -> Iterator[Result]:
    ordered = sorted(times)
    yield Result(f"{name}: longest frame", ordered[-1], "ms", most_value=_FRAME_MS)
    yield Result(f"{name}: p99", ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))])
