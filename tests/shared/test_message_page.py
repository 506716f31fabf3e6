"""The page a browser ends on: in the themes' colours, readable, and safe whatever it says."""

import re
import tomllib
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from shared.message_page import POLICY, message_page

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def _page(**given: object) -> str:
    return message_page("Not signed in", ("One.", "", "Two."), good=False, **given)  # type: ignore[arg-type]


def _colours(scheme: str) -> dict[str, str]:
    light, dark = _page().split("@media (prefers-color-scheme: dark)")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light if scheme == "light" else dark))


def _contrast(one: str, two: str) -> float:
    """WCAG 2.2's ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_colours_are_the_themes_and_can_be_read(scheme: str) -> None:
    roles = tomllib.loads((RESOURCES / "themes" / f"{scheme}.toml").read_text())["roles"]
    found = _colours(scheme)
    assert {name: roles[name] for name in found} == found
    for text, ground in (
        ("text", "window"),
        ("text", "surface"),
        ("text-muted", "surface"),
        ("accent-text", "accent"),
        ("accent-text", "accent-hover"),
    ):
        assert _contrast(found[text], found[ground]) >= 4.5, (text, ground)
    for edge, ground in (
        ("success", "surface"),
        ("error", "surface"),
        ("accent", "window"),
        ("focus", "surface"),
    ):
        assert _contrast(found[edge], found[ground]) >= 3, (edge, ground)


def test_its_mark_is_the_icons() -> None:
    path = re.search(r' d="([^"]+)"', (RESOURCES / "icons" / "maple.svg").read_text())
    assert path is not None
    assert f'd="{path.group(1)}"' in _page()


def test_its_policy_lets_its_own_style_in_and_nothing_else() -> None:
    style = re.search(r"<style>(.*)</style>", _page(), re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style.group(1).encode()).digest()).decode()
    assert POLICY.startswith(f"default-src 'none'; img-src data:; style-src 'sha256-{digest}';")
    assert "style=" not in _page()
    assert "<script" not in _page()


def test_what_it_says_is_text_and_never_markup() -> None:
    evil = '"><script>alert(1)</script>'
    page = message_page(evil, (evil,), good=True, link=(f"/x?{evil}", evil))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 5


def test_sentences_there_are_not_leave_no_gap() -> None:
    assert _page().count("<p>") == 2
    assert "<a " not in _page()
    assert '<a href="/again?a=1&amp;b=2">Again</a>' in _page(link=("/again?a=1&b=2", "Again"))
