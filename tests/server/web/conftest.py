"""The stage of contests, for the pages about them."""

from tests.server.contests.conftest import _relay_sites, relays, settings, stage

__all__ = ["_relay_sites", "relays", "settings", "stage"]
