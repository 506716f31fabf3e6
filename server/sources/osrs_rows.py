"""The rows of the Old School hiscores by name, from `seeds/osrs.json`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, ValidationError

from server.catalog.service import SEEDS
from shared.catalog.files import MetaShape
from shared.clans.metrics import Family, is_metric, slug
from shared.errors import CatalogError

_FILE = "osrs.json"


class _Row(BaseModel):
    """metric: the second part of its metric's name, made from the row's own where it is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str
    expected: bool
    metric: str | None = None
    aliases: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    meta: MetaShape
    skills: tuple[_Row, ...]
    activities: tuple[_Row, ...]
    clues: tuple[_Row, ...]
    bosses: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """skills, activities: folded name to what is measured: a skill's slug; an activity's metric. expected: what every
    answer has, each by all of its folded names, in the order of the hiscores."""

    skills: dict[str, str]
    activities: dict[str, str]
    expected_skills: tuple[tuple[str, ...], ...]
    expected_activities: tuple[tuple[str, ...], ...]


@cache
def read_rows() -> Rows:
    """The rows. Raises CatalogError when the seed file cannot be used."""
    try:
        file = _File.model_validate_json((SEEDS / _FILE).read_bytes())
    except OSError as error:
        raise CatalogError(_FILE, "", f"it cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise CatalogError(_FILE, ".".join(map(str, first["loc"])), first["msg"]) from error
    skills = {name: _metric(row) for row in file.skills for name in folded_names(row.name, *row.aliases)}
    activities: dict[str, str] = {}
    for family, rows in (
        (Family.SCORE, file.activities),
        (Family.CLUES, file.clues),
        (Family.KC, file.bosses),
    ):
        for row in rows:
            for name in folded_names(row.name, *row.aliases):
                if name in activities:
                    raise CatalogError(_FILE, row.name, "it stands twice")
                activities[name] = f"{family}.{_metric(row)}"
    metrics = [f"{Family.XP}.{metric}" for metric in skills.values()] + list(activities.values())
    for metric in metrics:
        if not is_metric(metric):
            raise CatalogError(_FILE, metric, "it is no metric")
    return Rows(
        skills, activities, _expected(file.skills), _expected((*file.activities, *file.clues, *file.bosses))
    )


def folded_names(*names: str) -> tuple[str, ...]:
    """Names as they are compared."""
    return tuple(" ".join(name.split()).casefold() for name in names)


def _metric(row: _Row) -> str:
    return row.metric or slug(row.name)


def _expected(rows: Iterable[_Row]) -> tuple[tuple[str, ...], ...]:
    return tuple(folded_names(row.name, *row.aliases) for row in rows if row.expected)
