"""The sources of one process."""

from server.database import Clock, Database
from server.sources import nexon, osrs
from server.sources.companion import Companion
from server.sources.polite import Client, Polite
from server.sources.source import Sources
from shared.catalog import Catalog
from shared.clans.metrics import SourceKind


def sources_of(
    database: Database, http: Client, catalog: Catalog, nexon_url: str, osrs_url: str, now: Clock
) -> Sources:
    """All there are. http: made by `polite.client`. nexon_url, osrs_url: of the rankings, without a slash at the end.

    Raises CatalogError when the rows of the hiscores cannot be read.
    """
    return {
        SourceKind.COMPANION: Companion(database, catalog),
        SourceKind.NEXON: nexon.Ranking(Polite(database, http, nexon.CALLED, nexon_url, now), catalog),
        SourceKind.OSRS: osrs.Hiscores(Polite(database, http, osrs.CALLED, osrs_url, now)),
    }
