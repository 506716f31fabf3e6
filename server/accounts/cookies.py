"""The cookies of a browser: the session's, the CSRF token's that our pages read, and one for each sign-in begun."""

from starlette.responses import Response

from server.settings import Settings

CSRF_HEADER = "X-CSRF-Token"
ATTEMPT_PATH = "/api/auth/discord"
ATTEMPT_SECONDS = 600
_FOREVER = 400 * 24 * 60 * 60  # the most browsers keep; the server decides when it is over


def session_cookie(settings: Settings) -> str:
    """Its name. `__Host-` makes browsers refuse one set by a neighbouring domain or over plain HTTP."""
    return "__Host-mh_session" if settings.secure else "mh_session"


def csrf_cookie(settings: Settings) -> str:
    """Its name."""
    return "__Host-mh_csrf" if settings.secure else "mh_csrf"


def attempt_cookie(state: str) -> str:
    """Its name: one for each attempt, so that two tabs do not disturb each other."""
    return f"mh_login_{state[:12]}"


def set_session(answer: Response, settings: Settings, token: str, csrf: str) -> None:
    """Sign the browser in."""
    for name, value, hidden in (
        (session_cookie(settings), token, True),
        (csrf_cookie(settings), csrf, False),
    ):
        answer.set_cookie(
            name, value, max_age=_FOREVER, path="/", secure=settings.secure, httponly=hidden, samesite="lax"
        )


def clear_session(answer: Response, settings: Settings) -> None:
    """Sign the browser out."""
    for name in (session_cookie(settings), csrf_cookie(settings)):
        answer.delete_cookie(name, path="/", secure=settings.secure, samesite="lax")


def set_attempt(answer: Response, settings: Settings, state: str, sealed: str) -> None:
    """Remember a sign-in begun. Lax: it must come along when Discord sends the browser back."""
    answer.set_cookie(
        attempt_cookie(state),
        sealed,
        max_age=ATTEMPT_SECONDS,
        path=ATTEMPT_PATH,
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def clear_attempt(answer: Response, settings: Settings, state: str) -> None:
    """Forget a sign-in begun: it can be finished once."""
    answer.delete_cookie(
        attempt_cookie(state), path=ATTEMPT_PATH, secure=settings.secure, httponly=True, samesite="lax"
    )
