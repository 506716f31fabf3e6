"""Use cases of the settings a player's machines share."""

import json

from sqlalchemy.ext.asyncio import AsyncSession

from server.sync import reading
from server.sync.editing import Edit, Writer
from shared.api.settings import SettingInfo
from shared.catalog import Catalog
from shared.economy.lootbox import LootKind
from shared.errors import Conflict, NotFound
from shared.ids import setting_id
from shared.preferences import KEYS, WORN, check_setting
from shared.sync.wire import Row

SETTINGS = "settings"


async def listing(session: AsyncSession, user_id: str) -> list[SettingInfo]:
    """Every setting there can be, set or not."""
    found = await reading.some(session, user_id, SETTINGS, (setting_id(key) for key in KEYS))
    return [SettingInfo(key=key, value=_value(key, found.get(setting_id(key)))) for key in KEYS]


async def one(session: AsyncSession, user_id: str, key: str) -> SettingInfo:
    """One setting. Raises NotFound for one that there cannot be."""
    _known(key)
    found = await reading.some(session, user_id, SETTINGS, [setting_id(key)])
    return SettingInfo(key=key, value=_value(key, found.get(setting_id(key))))


async def put(writer: Writer, catalog: Catalog, key: str, value: str | bool | None) -> SettingInfo:
    """Set a setting, or unset it. Raises NotFound, InvalidInput, Conflict for what the player does not own."""
    _known(key)
    row_id = setting_id(key)
    if value is None:
        await writer.write([Edit(SETTINGS, row_id, bury=True)])
    else:
        check_setting(catalog, key, value)
        if key in WORN and not await _owned(writer, str(value)):
            raise Conflict("You do not have this yet.", "Buy it, or find it in a box.")
        await writer.write([Edit(SETTINGS, row_id, {"key": key, "value": json.dumps(value)})])
    return SettingInfo(key=key, value=value)


def _known(key: str) -> None:
    if key not in KEYS:
        raise NotFound("There is no such setting.")


async def _owned(writer: Writer, slug: str) -> bool:
    """Bought and not given back, or won and not paid out as a duplicate."""
    won: reading.Where = {"thing": slug, "kind": str(LootKind.COSMETIC), "duplicate_coins": None}
    return await reading.any_row(
        writer.session, writer.user_id, "purchases", {"gives": slug}
    ) or await reading.any_row(writer.session, writer.user_id, "lootbox_rolls", won)


def _value(key: str, row: Row | None) -> str | bool | None:
    """What a setting says; nothing where it says what no version of ours wrote."""
    try:
        found = None if row is None else json.loads(str(row.values["value"]))
    except ValueError:
        return None
    return found if isinstance(found, str if key in WORN else bool) else None
