"""What a player's machines share of their settings: which keys there are and what each may say.

Window geometry, folders and the theme of one machine are its own and never travel.
"""

from shared.catalog import Catalog
from shared.economy.things import CosmeticKind
from shared.errors import InvalidInput, NotFound
from shared.statistics import SHARE


def worn_key(kind: CosmeticKind) -> str:
    """The key of the setting that says which cosmetic of a kind is worn: its slug."""
    return f"cosmetic.{kind}"


WORN = {worn_key(kind): kind for kind in CosmeticKind}
"""Every setting that says what is worn, with the kind of cosmetic it names."""
KEYS = (*WORN, SHARE)
"""Every synced setting."""


def check_setting(catalog: Catalog, key: str, value: str | bool) -> None:
    """Raises NotFound for a key that is not synced, InvalidInput for a value it cannot have."""
    if key == SHARE:
        if not isinstance(value, bool):
            raise InvalidInput("value", "Sharing is either true or false.")
        return
    kind = WORN.get(key)
    if kind is None:
        raise NotFound("There is no such setting.")
    cosmetic = catalog.economy.cosmetics.get(value) if isinstance(value, str) else None
    if cosmetic is None or cosmetic.kind is not kind:
        raise InvalidInput("value", "There is no such thing to wear here.")
