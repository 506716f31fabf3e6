"""What there is: the balance, both levels, materials."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.services.economy.wallet import Level, Purse
from desktop.ui.kit.charts import MiniBar
from desktop.ui.kit.containers import Card, Divider
from desktop.ui.kit.labels import label
from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from shared.catalog import Catalog


class LevelFigure(QWidget):
    """A level with the way to the next one."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._caption = caption
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        column.addWidget(label(caption, "caption", "muted"))
        self.level = label("", "title")
        column.addWidget(self.level)
        self.bar = MiniBar(caption)
        column.addWidget(self.bar)
        self.note = label("", "caption", "muted")
        column.addWidget(self.note)
        column.addStretch(1)

    def set_level(self, level: Level) -> None:
        """Show a level."""
        self.level.setText(self.tr("Level {0}").format(level.level))
        if level.needed:
            self.note.setText(self.tr("{0} of {1}").format(grouped(level.gained), grouped(level.needed)))
            self.bar.set_progress(level.gained, level.needed)
        else:
            self.note.setText(self.tr("The highest"))
            self.bar.set_progress(1, 1)
        self.setAccessibleName(f"{self._caption}: {self.level.text()}, {self.note.text()}")


class Summary(Card):
    """The strip over the books."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("What you have"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._catalog = catalog
        self.coins = label("", "display")
        self.coins_note = label("", "caption", "muted")
        balance = QVBoxLayout()
        balance.setSpacing(0)
        balance.addWidget(label(self.tr("Balance"), "caption", "muted"))
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        self._coin = QLabel()
        row.addWidget(self._coin)
        row.addWidget(self.coins)
        row.addStretch(1)
        balance.addLayout(row)
        balance.addWidget(self.coins_note)
        balance.addStretch(1)
        self.player = LevelFigure(self.tr("You"))
        self.lootboxer = LevelFigure(self.tr("Lootboxer"))
        self.materials: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_S)
        grid.setVerticalSpacing(SPACE_XS)
        grid.setColumnStretch(1, 1)
        self._icons: dict[str, QLabel] = {}
        for at, material in enumerate(catalog.economy.materials.values()):
            picture, count = QLabel(), label("", "strong")
            count.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(picture, at, 0)
            grid.addWidget(label(material.name), at, 1)
            grid.addWidget(count, at, 2)
            self._icons[material.slug], self.materials[material.slug] = picture, count
        whole = QHBoxLayout()
        whole.setSpacing(SPACE_L)
        whole.addLayout(balance, 3)
        for widget in (self.player, self.lootboxer):
            whole.addWidget(Divider(Qt.Orientation.Vertical))
            whole.addWidget(widget, 3)
        whole.addWidget(Divider(Qt.Orientation.Vertical))
        whole.addLayout(grid, 3)
        self.body.addLayout(whole)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        self.recolour()

    def recolour(self) -> None:
        """Draw the icons in the theme's colours."""
        theme = current_theme()
        self._coin.setPixmap(pixmap("coin", 28, theme.color("accent"), self.devicePixelRatioF()))
        for slug, picture in self._icons.items():
            material = self._catalog.economy.materials[slug]
            color = theme.color(f"rarity-{material.rarity}")
            picture.setPixmap(pixmap(material.icon, 16, color, self.devicePixelRatioF()))

    def show_purse(self, purse: Purse) -> None:
        """Show what there is."""
        self.coins.setText(grouped(purse.coins))
        if purse.coins < 0:
            note = self.tr("Rewards that were spent have been taken back; what you earn next pays it off.")
        elif not purse.daily_claimed:
            note = self.tr("Today’s reward waits on Home.")
        else:
            note = self.tr("Today’s reward is taken.")
        self.coins_note.setText(note)
        self.player.set_level(purse.player)
        self.lootboxer.set_level(purse.lootboxer)
        for slug, count in purse.materials.items():
            self.materials[slug].setText(grouped(count))
