"""The page a browser ends on: a mark, a title and what there is to say. It fetches nothing and runs nothing.

The server ends sign-ins with it, and so does the desktop, whose loopback address stands in for the server when things
go wrong.
"""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from urllib.parse import quote

# The colours are those of resources/themes.
_STYLE = """
:root { color-scheme: light dark;
  --window: #f5f3f0; --surface: #fefdfc; --border: #ddd8d1; --text: #221f1c; --text-muted: #615b54;
  --accent: #ad4f0c; --accent-hover: #964308; --accent-text: #fffaf5; --focus: #b8560f;
  --success: #1a6f43; --error: #b3261e; }
@media (prefers-color-scheme: dark) { :root {
  --window: #17171a; --surface: #1f1f23; --border: #323238; --text: #eeedf0; --text-muted: #acabb4;
  --accent: #f39a45; --accent-hover: #f8ad65; --accent-text: #1c1108; --focus: #ffc48a;
  --success: #5ec98b; --error: #ff8078; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; padding: 24px 16px; display: flex; flex-direction: column;
  align-items: center; justify-content: center; gap: 24px; background: var(--window); color: var(--text);
  font: 16px/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.brand { display: flex; align-items: center; gap: 8px; font-size: 20px; font-weight: 600; color: var(--text); }
.brand svg { width: 32px; height: 32px; color: var(--accent); }
main { width: 100%; max-width: 432px; padding: 32px 24px; text-align: center; background: var(--surface);
  border: 1px solid var(--border); border-radius: 8px; overflow-wrap: anywhere; }
.sign { width: 48px; height: 48px; margin-bottom: 12px; }
.good { color: var(--success); }
.bad { color: var(--error); }
h1 { margin: 0 0 12px; font-size: 28px; line-height: 1.25; font-weight: 600; }
p { margin: 0; text-wrap: balance; }
p + p { margin-top: 8px; color: var(--text-muted); }
a { display: inline-block; margin-top: 24px; padding: 8px 24px; border-radius: 6px; background: var(--accent);
  color: var(--accent-text); font-weight: 600; text-decoration: none; }
a:hover { background: var(--accent-hover); }
a:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
"""
# resources/icons/maple.svg
_LEAF = (
    "M12 2.2l1.9 3.7 2.3-1.1-.7 5 3-2.6.7 1.9 3-.5-1.3 3.1 1.6 1-4.9 3.9.6 2-5-.7.2 4.4h-2.8l.2-4.4-5 .7.6-2-4.9-3.9"
    " 1.6-1-1.3-3.1 3 .5.7-1.9 3 2.6-.7-5 2.3 1.1z"
)
_MARK = f'<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" d="{_LEAF}"/></svg>'
_ICON = "data:image/svg+xml," + quote(
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#f39a45" d="{_LEAF}"/></svg>'
)
_CHECK, _CROSS = "M7.5 12.5l3 3 6-6.5", "M8.5 8.5l7 7m0-7l-7 7"

POLICY = (
    f"default-src 'none'; img-src data:; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""The Content-Security-Policy it is answered with."""


def message_page(
    title: str, sentences: Sequence[str], *, good: bool, link: tuple[str, str] | None = None
) -> str:
    """The page as HTML. good: whether it tells of a success. link: an address and what is written on it."""
    paragraphs = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences if sentence)
    button = f'<a href="{escape(link[0])}">{escape(link[1])}</a>' if link else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="{_ICON}">'
        f"<title>{escape(title)} · MapleHub</title><style>{_STYLE}</style></head><body>"
        f'<div class="brand">{_MARK}MapleHub</div><main>{_sign(good=good)}<h1>{escape(title)}</h1>'
        f"{paragraphs}{button}</main></body></html>"
    )


def _sign(*, good: bool) -> str:
    return (
        f'<svg class="sign {"good" if good else "bad"}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f'<circle cx="12" cy="12" r="10"/><path d="{_CHECK if good else _CROSS}"/></svg>'
    )
