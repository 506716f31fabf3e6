"""The monochrome icon set, recoloured by role. Nothing is read or drawn before an icon is first shown."""

import weakref
from contextlib import suppress
from typing import Final

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from desktop.ui.theme.tokens import RESOURCES, Theme

_SIZES: Final = (16, 20, 24)
_sources: dict[str, str] = {}
_icons: dict[tuple[str, str, str], QIcon] = {}
_bound: dict[int, tuple[weakref.ref[QObject], str, str]] = {}


def icon_names() -> list[str]:
    """Every icon there is, sorted."""
    return sorted(path.stem for path in (RESOURCES / "icons").glob("*.svg"))


def icon(name: str, role: str = "text") -> QIcon:
    """The icon in a role's colour, with a disabled state. KeyError for an unknown name.

    It keeps the colours of the theme now in force; use bind_icon for what outlives a theme change.
    """
    theme = _theme()
    key = (theme.key, name, role)
    if key not in _icons:
        made = QIcon()
        app = QGuiApplication.instance()
        ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
        for size in _SIZES:
            made.addPixmap(pixmap(name, size, theme.color(role), ratio), QIcon.Mode.Normal)
            made.addPixmap(pixmap(name, size, theme.color("text-disabled"), ratio), QIcon.Mode.Disabled)
        _icons[key] = made
    return _icons[key]


def pixmap(name: str, size: int, color: QColor, ratio: float = 1.0) -> QPixmap:
    """An icon at a size in logical pixels for a screen of this device pixel ratio. KeyError if unknown."""
    _source(name)  # fails before a painter is open: Qt aborts when a picture dies while it is painted on
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_icon(painter, QRectF(0, 0, size, size), name, color)
    painter.end()
    return picture


def draw_icon(painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
    """Draw an icon into a rectangle with an active painter."""
    from PySide6.QtSvg import QSvgRenderer

    source = _source(name).replace("currentColor", color.name())
    painter.save()
    painter.setOpacity(painter.opacity() * color.alphaF())
    QSvgRenderer(QByteArray(source.encode())).render(painter, rect)
    painter.restore()


def bind_icon(target: QObject, name: str, role: str = "text") -> None:
    """Give an action or a button an icon that follows the theme. Binding again replaces the former icon."""
    target.setIcon(icon(name, role))  # type: ignore[attr-defined]
    key = id(target)
    if key not in _bound:
        weakref.finalize(target, _bound.pop, key, None)
    _bound[key] = (weakref.ref(target), name, role)


def rebind_icons() -> None:
    """Colour every bound icon anew; called when the theme changed."""
    for reference, name, role in list(_bound.values()):
        target = reference()
        if target is not None:
            # The Qt half of a target may be gone before its Python half.
            with suppress(RuntimeError):
                target.setIcon(icon(name, role))  # type: ignore[attr-defined]


def _source(name: str) -> str:
    if name not in _sources:
        path = RESOURCES / "icons" / f"{name}.svg"
        if not path.is_file():
            raise KeyError(name)
        _sources[name] = path.read_text("utf-8")
    return _sources[name]


def _theme() -> Theme:
    from desktop.ui.theme.apply import current_theme

    return current_theme()
