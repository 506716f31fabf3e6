"""`maplehub-server statistics`: rules, held back players, checks."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import ValidationError

from server.catalog import service as catalog
from server.database import Database, utc_now
from server.settings import Settings
from server.statistics import check, review, rules
from server.statistics.preview import Preview, preview
from server.statistics.running import follow_all
from server.sync import following
from shared.errors import InvalidInput
from shared.resets import utc_date
from shared.statistics.rules import Rule

_Work = Callable[[Database, argparse.Namespace], Awaitable[str]]


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser
) -> None:
    """The command's arguments."""
    parser = commands.add_parser("statistics", parents=[common], help="look after the community statistics")
    works = parser.add_subparsers(dest="work", metavar="WORK", required=True)
    works.add_parser("check", parents=[common], help="compare every sum with the runs, and mend what differs")
    works.add_parser("recompute", parents=[common], help="judge every run anew, then check")
    works.add_parser(
        "unusual", parents=[common], help="players whose runs pull a rate further than chance explains"
    )
    held = works.add_parser("quarantine", parents=[common], help="count nothing of a player until released")
    held.add_argument("user", help="the player's id")
    held.add_argument("why", help="a sentence for them")
    released = works.add_parser("release", parents=[common], help="count a player again")
    released.add_argument("user", help="the player's id")
    ruled = works.add_parser("rules", parents=[common], help="runs that do not count")
    verbs = ruled.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", parents=[common], help="the rules in force")
    for verb, said in (("preview", "tell what a rule would change"), ("apply", "put a rule in force")):
        verbs.add_parser(verb, parents=[common], help=said).add_argument(
            "file", type=Path, help="the rule, as JSON"
        )
    verbs.add_parser("withdraw", parents=[common], help="take a rule back").add_argument("id", help="its id")


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Do what is asked and say what was done. Raises MapleHubError."""
    work = _WORKS[f"rules {options.verb}" if options.work == "rules" else options.work]

    async def done() -> str:
        database = Database(settings.address, pool_size=1, statement_timeout=600)
        try:
            return await work(database, options)
        finally:
            await database.close()

    sys.stdout.write(asyncio.run(done()) + "\n")
    return 0


async def _list(database: Database, _options: argparse.Namespace) -> str:
    async with database.reading() as session:
        found = await rules.rules_in_force(session)
    return (
        "\n".join(rules.RuleShape.of(rule).model_dump_json(exclude_none=True) for rule in found)
        or "No rules."
    )


async def _preview(database: Database, options: argparse.Namespace) -> str:
    rule = _read(options.file)
    await follow_all(database, utc_now)
    async with database.reading() as session:
        return _told(await preview(session, catalog.read(), rule, utc_now()))


async def _apply(database: Database, options: argparse.Namespace) -> str:
    async with database.writing() as session:
        users = await rules.apply(session, _read(options.file), utc_now())
    await follow_all(database, utc_now)
    return f"The rule is in force; the runs of {_many(users, 'player')} were judged anew."


async def _withdraw(database: Database, options: argparse.Namespace) -> str:
    async with database.writing() as session:
        users = await rules.withdraw(session, options.id)
    await follow_all(database, utc_now)
    return f"The rule is gone; the runs of {_many(users, 'player')} were judged anew."


async def _unusual(database: Database, _options: argparse.Namespace) -> str:
    await follow_all(database, utc_now)
    async with database.reading() as session:
        found = await review.unusual(session, catalog.read(), utc_date(utc_now()))
    lines = [
        f"{each.user_id}: {each.entry_id}, {each.item}: {_rate(each.x, each.n)},"
        f" everybody else {_rate(each.others_x, each.others_n)}"
        for each in found
    ]
    return "\n".join(lines) or "Nobody stands out."


async def _quarantine(database: Database, options: argparse.Namespace) -> str:
    async with database.writing() as session:
        await rules.quarantine(session, options.user, options.why, utc_now())
    await follow_all(database, utc_now)
    return "Nothing of this player counts until they are released."


async def _release(database: Database, options: argparse.Namespace) -> str:
    async with database.writing() as session:
        await rules.release(session, options.user)
    await follow_all(database, utc_now)
    return "This player counts again."


async def _check(database: Database, _options: argparse.Namespace) -> str:
    await follow_all(database, utc_now)
    async with database.reading() as session:
        weeks = await check.weeks_to_check(session)
    found: list[check.Difference] = []
    for week in weeks:
        async with database.writing() as session:
            found += await check.check_week(session, catalog.read(), week, utc_now())
    async with database.writing() as session:
        found += await check.check_totals(session, utc_now())
    lines = [f"{each.where}: was {each.stored}, is {each.right}" for each in found]
    return "\n".join(
        [*lines, f"{_many(len(weeks), 'week')} checked, {_many(len(found), 'difference')} found and mended."]
    )


async def _recompute(database: Database, options: argparse.Namespace) -> str:
    async with database.writing() as session:
        await following.start_over(session)
    return await _check(database, options)


def _read(file: Path) -> Rule:
    """Raises InvalidInput for a file that is no rule."""
    try:
        return rules.RuleShape.model_validate_json(file.read_bytes()).rule()
    except OSError as error:
        raise InvalidInput("file", f"{file} cannot be read: {error.strerror or error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput("file", f"{file} is no rule: {place or 'it'}: {first['msg']}.") from error


def _told(found: Preview) -> str:
    whose = f"{_many(found.runs, 'run')} of {_many(found.users, 'player')}"
    said = [f"{whose} would no longer count, {found.back} would count instead."]
    for rate in found.rates:
        what = f"{rate.entry_id}, epoch {rate.epoch}, {rate.item or 'runs'}"
        before, after = (_rate(*counts) for counts in (rate.before, rate.after))
        if rate.item is None:
            before, after = str(rate.before[1]), str(rate.after[1])
        said.append(f"{what}: {before} → {after}")
    return "\n".join(said)


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _rate(x: int, n: int) -> str:
    return f"{x}/{n} ({x / n:.3%})" if n else f"{x}/{n}"


_WORKS: dict[str, _Work] = {
    "check": _check,
    "recompute": _recompute,
    "unusual": _unusual,
    "quarantine": _quarantine,
    "release": _release,
    "rules list": _list,
    "rules preview": _preview,
    "rules apply": _apply,
    "rules withdraw": _withdraw,
}
