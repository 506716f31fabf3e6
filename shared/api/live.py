"""The live stream on the wire: a poke says that there is something to pull, never what."""

from pydantic import BaseModel, ConfigDict

PING_SECONDS = 15
"""How often a stream with nothing to say sends a comment, so that both ends notice a connection that is gone."""


class Poke(BaseModel):
    """How long the player's history is, and which history it is."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={"example": {"epoch": "01a1fe77-2d69-7000-bf19-3bcb9068c8f0", "head": 7}},
    )

    epoch: str
    head: int
