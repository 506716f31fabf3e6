"""Version, figures and their sources."""

from importlib.metadata import version

from desktop.ui.context import Context
from desktop.ui.kit.labels import label
from desktop.ui.settings.section import SettingsSection


class AboutSection(SettingsSection):
    """What this is, and how fresh its figures are."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        catalog = context.catalog
        words = self.tr(
            "The companion MapleStory players keep open all week. Made by players, not by Nexon; "
            "MapleStory is a trademark of Nexon. Free software under the MIT licence."
        )
        about = self.card(self.tr("MapleHub {0}").format(version("maplehub")))
        about.add(label(words, "body", "muted", wrap=True))
        figures = self.card(self.tr("Game figures as of {0}").format(catalog.as_of.isoformat()))
        for name, meta in catalog.meta.items():
            figures.add(label(name.replace("_", " ").capitalize(), "strong"))
            figures.add(label(f"{meta.as_of}", "caption", "muted", wrap=True))
        sources = sorted({source for meta in catalog.meta.values() for source in meta.sources})
        listed = self.card(self.tr("Sources"))
        for source in sources:
            listed.add(label(source, "caption", "muted", wrap=True))
