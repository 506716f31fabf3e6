"""The two plain pages at the end of a sign-in."""

from starlette.responses import HTMLResponse

from shared.message_page import POLICY, message_page

_HEADERS = {"Content-Security-Policy": POLICY}


def signed_in() -> HTMLResponse:
    """It worked."""
    sentences = ("You are signed in to MapleHub.", "You can close this page.")
    return HTMLResponse(message_page("Signed in", sentences, good=True), headers=_HEADERS)


def failed(message: str, action: str, *, status: int = 400, retry: str = "/api/auth/discord") -> HTMLResponse:
    """It did not. retry: where the link to try again leads; "" for no link."""
    link = (retry, "Try again") if retry else None
    page = message_page("Not signed in", (message, action), good=False, link=link)
    return HTMLResponse(page, status, headers=_HEADERS)
