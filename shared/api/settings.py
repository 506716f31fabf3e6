"""The settings a player's machines share, on the wire."""

from typing import Annotated

from pydantic import ConfigDict, Field, StrictBool

from shared.api.base import Asked, Told


class SettingEntry(Asked):
    """What a setting shall be: a cosmetic's slug, or whether runs are shared; null for nothing."""

    model_config = ConfigDict(json_schema_extra={"example": {"value": "accent-lagoon"}})

    value: Annotated[str, Field(min_length=1, max_length=100)] | StrictBool | None


class SettingInfo(Told):
    """A setting. value: null when it is not set."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"key": "cosmetic.accent", "value": "accent-lagoon"}}
    )

    key: str
    value: str | StrictBool | None


class SettingList(Told):
    """Every setting there can be."""

    items: list[SettingInfo]
