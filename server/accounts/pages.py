"""The two plain pages at the end of a sign-in. They load nothing."""

from base64 import b64encode
from hashlib import sha256
from html import escape

from starlette.responses import HTMLResponse

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1rem/1.5 system-ui, sans-serif;
  background: Canvas; color: CanvasText; }
main { max-width: 28rem; padding: 2rem; text-align: center; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
.mark { font-size: 3rem; line-height: 1; }
p { margin: 0 0 1rem; }
a { color: LinkText; }
"""
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def signed_in() -> HTMLResponse:
    """It worked."""
    return _page("Signed in", "✓", "You are signed in to MapleHub.", "You can close this page.")


def failed(message: str, action: str, *, status: int = 400, retry: str = "/api/auth/discord") -> HTMLResponse:
    """It did not. retry: where the link to try again leads; "" for no link."""
    link = f'<p><a href="{escape(retry)}">Try again</a></p>' if retry else ""
    return _page("Not signed in", "✗", message, action, status=status, more=link)


def _page(
    title: str, mark: str, first: str, second: str, *, status: int = 200, more: str = ""
) -> HTMLResponse:
    content = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · MapleHub</title><style>{_STYLE}</style></head><body><main>"
        f'<div class="mark" aria-hidden="true">{mark}</div><h1>{escape(title)}</h1>'
        f"<p>{escape(first)}</p><p>{escape(second)}</p>{more}</main></body></html>"
    )
    return HTMLResponse(content, status, headers={"Content-Security-Policy": _POLICY})
