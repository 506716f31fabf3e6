"""The one style sheet, made of the template `style.qss`, the roles of a theme and the sizes of the kit."""

import re
from functools import cache

from desktop.ui.theme.tokens import RADIUS_M, RADIUS_S, RESOURCES, STATUSES, TARGET, TYPE, Theme

_TONES = {"muted": "text-muted", "accent": "accent", **{status: status for status in STATUSES}}


def style_sheet(theme: Theme) -> str:
    """The style sheet of a theme. Custom-painted widgets read the theme's roles themselves."""
    values = _values(theme)

    def value(found: re.Match[str]) -> str:
        return theme.css(found[1]) if found[1] else values[found[2]]

    return re.sub(r"@([a-z0-9-]+)|\$([a-z]+)", value, _template())


@cache
def _template() -> str:
    """The template with its comments taken out and the rules for every tone added."""
    text = (RESOURCES / "themes" / "style.qss").read_text("utf-8")
    rules = [re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)]
    rules += [f'QLabel[tone="{tone}"]{{color:@{role};}}' for tone, role in _TONES.items()]
    rules += [
        f'QFrame[banner="{status}"]{{background:@{status}-soft;border:1px solid @{status};'
        "border-radius:$rm;}"
        for status in STATUSES
    ]
    return "\n".join(rules)


def _values(theme: Theme) -> dict[str, str]:
    """Sizes and pictures by the name the template uses; of each glyph the ink that reads on its ground."""
    ink = "white" if theme.color("text").lightnessF() > 0.5 else "black"
    accent_ink = "white" if theme.color("accent-text").lightnessF() > 0.5 else "black"
    folder = (RESOURCES / "icons" / "style").as_posix()
    sizes = dict(zip(("caption", "body", "heading", "title", "display"), TYPE, strict=True))
    sizes |= {"rs": RADIUS_S, "rm": RADIUS_M, "target": TARGET}
    return {
        "check": f'url("{folder}/check-{accent_ink}.svg")',
        "dash": f'url("{folder}/dash-{accent_ink}.svg")',
        "down": f'url("{folder}/chevron-down-{ink}.svg")',
        "up": f'url("{folder}/chevron-up-{ink}.svg")',
        **{name: f"{size}px" for name, size in sizes.items()},
    }
