"""The stand-in's pages and API."""

import base64
import binascii
import hashlib
import time
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.stand_ins.discord.hooks import form_errors
from tests.stand_ins.discord.state import CODE_SECONDS, SCOPES, Code, Discord, Message

DENIED = "The resource owner or authorization server denied the request"
Answer = Callable[[Request], Awaitable[Response]]


def build(discord: Discord) -> Starlette:
    """The ASGI app of one Discord."""
    site = _Site(discord)

    def api(path: str, answer: Answer, *methods: str) -> Route:
        return Route(f"/api/v10{path}", site.guarded(path, answer), methods=list(methods))

    return Starlette(
        routes=[
            Route("/oauth2/authorize", site.authorize, methods=["GET"]),
            Route("/oauth2/authorize", site.decide, methods=["POST"]),
            api("/oauth2/token", site.token, "POST"),
            api("/users/@me", site.me, "GET"),
            api("/users/@me/guilds", site.guilds, "GET"),
            Route("/api/webhooks/{id}/{token}", site.guarded("/webhooks/{id}", site.hook), methods=["POST"]),
        ]
    )


class _Site:
    def __init__(self, discord: Discord) -> None:
        self._discord = discord

    def guarded(self, template: str, answer: Answer) -> Answer:
        """An answer with Discord's rate limits, and with what a test wants to go wrong. template: the path, with the
        names of its parts that limits and faults go by."""

        async def guard(request: Request) -> Response:
            path = template.format(**request.path_params)
            self._discord.requests.append(f"{request.method} {path}")
            fault = await self._discord.fault(path)
            if fault is not None:
                if fault.retry_after is not None:
                    return _too_many(fault.retry_after, wall=fault.wall, everybody=fault.everybody)
                if fault.html is not None:
                    return HTMLResponse(fault.html, fault.status or 200)
                if fault.location is not None:
                    return RedirectResponse(fault.location, 307)
                if fault.malformed:
                    return Response(b'{"id": "80351', media_type="application/json")
                if fault.status is not None:
                    return JSONResponse(fault.body or {"message": "Internal", "code": 0}, fault.status)
            left, after = self._discord.take(path)
            if left < 0:
                return _too_many(after)
            found = await answer(request)
            found.headers.update(
                {
                    "X-RateLimit-Limit": str(self._discord.limit),
                    "X-RateLimit-Remaining": str(left),
                    "X-RateLimit-Reset": f"{time.time() + after:.3f}",
                    "X-RateLimit-Reset-After": f"{after:.3f}",
                    "X-RateLimit-Bucket": hashlib.md5(path.encode(), usedforsecurity=False).hexdigest(),
                }
            )
            return found

        return guard

    async def authorize(self, request: Request) -> Response:
        """The page that asks; to those who said yes before, with prompt=none, only the way back."""
        query = dict(request.query_params)
        if (wrong := self._wrong(query)) is not None:
            return wrong
        player = self._discord.player
        if player is None:
            return HTMLResponse("<h1>Welcome back!</h1><p>Log in to Discord first.</p>", 401)
        if query.get("prompt") == "none" and (query["client_id"], player.id) in self._discord.granted:
            return self._back(query)
        action = escape(f"/oauth2/authorize?{urlencode(query)}")
        return HTMLResponse(
            '<!doctype html><link rel="icon" href="data:,"><title>Discord | Authorize access to your account</title>'
            f"<h1>An application wants to access your account</h1><p>Signed in as {escape(player.username)}</p>"
            f'<form method="post" action="{action}">'
            '<button name="decision" value="cancel">Cancel</button>'
            '<button name="decision" value="authorize">Authorize</button></form>'
        )

    async def decide(self, request: Request) -> Response:
        """What the person pressed."""
        query = dict(request.query_params)
        if (wrong := self._wrong(query)) is not None:
            return wrong
        form = dict(parse_qsl((await request.body()).decode()))
        if form.get("decision") != "authorize":
            said = {"error": "access_denied", "error_description": DENIED, "state": query.get("state", "")}
            return RedirectResponse(f"{query['redirect_uri']}?{urlencode(said)}", 302)
        assert self._discord.player is not None
        self._discord.granted.add((query["client_id"], self._discord.player.id))
        return self._back(query)

    async def token(self, request: Request) -> Response:
        """RFC 6749's token endpoint: form-encoded, the client by HTTP Basic or in the form."""
        form = dict(parse_qsl((await request.body()).decode()))
        client_id, secret = _client(request, form)
        application = self._discord.applications.get(client_id)
        if application is None or application.secret != secret:
            return JSONResponse({"error": "invalid_client"}, 401)
        if form.get("grant_type") == "refresh_token":
            found = self._discord.refresh_tokens.pop(form.get("refresh_token", ""), None)
            if found is None or found.application != client_id:
                return _invalid_grant('Invalid "refresh_token" in request.')
            return JSONResponse(self._discord.make_tokens(found))
        if form.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        code = self._discord.codes.pop(form.get("code", ""), None)
        if (
            code is None
            or code.application != client_id
            or time.monotonic() > code.made + CODE_SECONDS
            or not _verifies(form.get("code_verifier"), code.challenge)
        ):
            return _invalid_grant('Invalid "code" in request.')
        if code.redirect_uri != form.get("redirect_uri"):
            return _invalid_grant('Invalid "redirect_uri" in request.')
        return JSONResponse(self._discord.make_tokens(code))

    async def me(self, request: Request) -> Response:
        """The owner of the token."""
        found = self._owner(request, "identify")
        return found if isinstance(found, Response) else JSONResponse(found.player.shown())

    async def guilds(self, request: Request) -> Response:
        """Their guilds."""
        found = self._owner(request, "guilds")
        if isinstance(found, Response):
            return found
        return JSONResponse([guild.shown() for guild in found.player.guilds[:200]])

    async def hook(self, request: Request) -> Response:
        """A message to a webhook."""
        number, token = request.path_params["id"], request.path_params["token"]
        if number not in self._discord.hooks:
            return JSONResponse({"message": "Unknown Webhook", "code": 10015}, 404)
        if self._discord.hooks[number] != token:
            return JSONResponse({"message": "Invalid Webhook Token", "code": 50027}, 401)
        try:
            body = await request.json()
        except ValueError:
            return JSONResponse({"message": "The request body contains invalid JSON.", "code": 50109}, 400)
        if not isinstance(body, dict) or not (body.get("content") or body.get("embeds")):
            return JSONResponse({"message": "Cannot send an empty message", "code": 50006}, 400)
        if errors := form_errors(body):
            said = {"message": "Invalid Form Body", "code": 50035, "errors": errors}
            return JSONResponse(said, 400)
        self._discord.messages.append(Message(number, body))
        self._discord.told.set()
        if request.query_params.get("wait") != "true":
            return Response(status_code=204)
        made = str(1143000000000000000 + len(self._discord.messages))
        return JSONResponse(
            {"id": made, "type": 0, "webhook_id": number, "channel_id": "199737254929760256", **body}
        )

    def _owner(self, request: Request, scope: str) -> Code | Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        found = self._discord.tokens.get(token)
        if scheme != "Bearer" or found is None:
            return JSONResponse({"message": "401: Unauthorized", "code": 0}, 401)
        if scope not in found.scope.split():
            return JSONResponse({"message": "Missing Access", "code": 50001}, 403)
        return found

    def _wrong(self, query: dict[str, str]) -> Response | None:
        """What Discord shows instead of asking; it never sends the browser to an address that is not registered."""
        application = self._discord.applications.get(query.get("client_id", ""))
        if application is None:
            return HTMLResponse("<h1>Unknown Application</h1>", 400)
        if query.get("redirect_uri") not in application.redirects:
            return HTMLResponse("<h1>Invalid OAuth2 redirect_uri</h1>", 400)
        if query.get("response_type") != "code":
            return HTMLResponse("<h1>unsupported_response_type</h1>", 400)
        if not set(query.get("scope", "").split()) <= SCOPES or not query.get("scope"):
            return HTMLResponse("<h1>invalid_scope</h1>", 400)
        return None

    def _back(self, query: dict[str, str]) -> Response:
        assert self._discord.player is not None
        code = self._discord.make_code(
            Code(
                application=query["client_id"],
                redirect_uri=query["redirect_uri"],
                player=self._discord.player,
                scope=query["scope"],
                challenge=query.get("code_challenge"),
                made=time.monotonic(),
            )
        )
        return RedirectResponse(
            f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query.get('state', '')})}", 302
        )


def _client(request: Request, form: dict[str, str]) -> tuple[str, str]:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(given).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret


def _verifies(verifier: str | None, challenge: str | None) -> bool:
    if challenge is None:
        return verifier is None
    made = base64.urlsafe_b64encode(hashlib.sha256((verifier or "").encode()).digest()).decode().rstrip("=")
    return made == challenge


def _invalid_grant(description: str) -> Response:
    return JSONResponse({"error": "invalid_grant", "error_description": description}, 400)


def _too_many(retry_after: float, *, wall: bool = False, everybody: bool = False) -> Response:
    """Discord's 429, or that of the wall in front of it, which speaks no JSON."""
    headers = {"Retry-After": str(max(1, round(retry_after)))}
    if wall:
        return HTMLResponse("<h1>Error 1015</h1>You are being rate limited", 429, headers=headers)
    body: dict[str, Any] = {
        "message": "You are being rate limited.",
        "retry_after": retry_after,
        "global": everybody,
    }
    if everybody:
        headers["X-RateLimit-Global"] = "true"
    headers["X-RateLimit-Scope"] = "global" if everybody else "user"
    return JSONResponse(body, 429, headers=headers)
