"""A sign-in on this computer, with a real server: refreshed, shared by threads, lost on the way, copied, ended."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import keyring
import pytest

from desktop.sync.http import SignedOut, Unreachable
from desktop.sync.session import Session
from desktop.system.secrets import MOST_BYTES, Secrets
from shared.api.auth import ACCESS_SECONDS, GRACE_SECONDS, REFRESH_SECONDS
from tests.desktop.sync.conftest import Site
from tests.stand_ins import keyrings

TOKEN = "/api/auth/token"
ROOT = Path(__file__).resolve().parents[3]


class Kept:
    """Secrets in a dictionary that notes what happens to them."""

    def __init__(self, entries: dict[str, str] | None = None) -> None:
        self.entries = dict(entries or {})
        self.lasting = True

    def get(self, name: str) -> str | None:
        return self.entries.get(name)

    def set(self, name: str, value: str) -> None:
        self.entries[name] = value

    def delete(self, name: str) -> None:
        self.entries.pop(name, None)


class Wire(httpx.HTTPTransport):
    """A network that notes what passes. offline: nothing does; deaf: only answers do not."""

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0))
        self.asked: list[str] = []
        self.offline = self.deaf = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.offline:
            raise httpx.ConnectError("offline")
        self.asked.append(request.url.path)
        answer = super().handle_request(request)
        if self.deaf:
            answer.read()
            raise httpx.ReadError("lost")
        return answer


def _session(site: Site, kept: Kept, wire: Wire | None = None) -> Session:
    return Session(site.url, "aria's id", kept, wire or Wire(), now=site.clock)


def _signed_in(site: Site, kept: Kept, wire: Wire | None = None) -> Session:
    session = _session(site, kept, wire)
    session.begin(site.desktop().tokens)
    return session


def _works(site: Site, token: str) -> bool:
    answer = httpx.get(f"{site.url}/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


def test_a_sign_in_is_kept_for_the_next_start(site: Site) -> None:
    kept, wire = Kept(), Wire()
    assert not _session(site, kept).signed_in
    first = _signed_in(site, kept, wire)
    token = first.token()
    assert _works(site, token)
    assert wire.asked == []
    (stored,) = kept.entries.values()
    assert stored.startswith("mhr_")
    assert len(stored.encode("utf-16-le")) <= MOST_BYTES
    again = _session(site, kept, wire)
    assert again.signed_in
    assert again.token() != token
    assert _works(site, again.token())
    assert wire.asked == [TOKEN]


def test_a_token_is_changed_a_minute_before_its_end_and_not_earlier(site: Site) -> None:
    wire = Wire()
    session = _signed_in(site, Kept(), wire)
    first = session.token()
    site.clock.forward(seconds=ACCESS_SECONDS - 60)
    assert session.token() == first
    site.clock.forward(seconds=1)
    assert session.token() != first
    assert wire.asked == [TOKEN]


def test_a_sign_in_that_is_used_never_ends(site: Site) -> None:
    session = _signed_in(site, Kept())
    for _ in range(4):
        site.clock.forward(seconds=REFRESH_SECONDS - 60)
        assert _works(site, session.token())
    site.clock.forward(seconds=REFRESH_SECONDS)
    with pytest.raises(SignedOut):
        session.token()


def test_the_next_refresh_token_is_kept_before_its_access_token_is_given(site: Site) -> None:
    class Watched(Kept):
        def set(self, name: str, value: str) -> None:
            super().set(name, value)
            order.append("kept")

    order: list[str] = []
    session = _signed_in(site, Watched())
    session.renew(session.token())
    order.append("given")
    assert order == ["kept", "kept", "given"]


def test_many_threads_make_one_refresh(site: Site) -> None:
    wire = Wire()
    session = _signed_in(site, Kept(), wire)
    spent = session.token()
    with ThreadPoolExecutor(8) as pool:
        renewed = set(pool.map(session.renew, [spent] * 32))
    assert len(renewed) == 1
    assert spent not in renewed
    site.clock.forward(hours=2)
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda _: session.token(), range(32)))
    assert len(tokens) == 1
    assert tokens != renewed
    assert wire.asked == [TOKEN, TOKEN]


def test_offline_it_stays_signed_in(site: Site) -> None:
    kept, wire = Kept(), Wire()
    session = _signed_in(site, kept, wire)
    spent = session.token()
    wire.offline = True
    site.clock.forward(hours=2)
    for ask in (session.token, lambda: session.renew(spent)):
        with pytest.raises(Unreachable):
            ask()
    assert session.signed_in
    wire.offline = False
    assert _works(site, session.token())


def test_a_lost_answer_signs_nobody_out(site: Site) -> None:
    kept, wire = Kept(), Wire()
    session = _signed_in(site, kept, wire)
    before = dict(kept.entries)
    wire.deaf = True
    with pytest.raises(Unreachable):
        session.renew(session.token())
    assert kept.entries == before
    wire.deaf = False
    site.clock.forward(seconds=GRACE_SECONDS)
    assert _works(site, _session(site, kept, wire).token())
    assert kept.entries != before


CRASHING = """
import os, signal, sys
from desktop.sync.session import Session
from desktop.system.secrets import Secrets

class Dying(Secrets):
    def set(self, name, value):
        os.kill(os.getpid(), signal.SIGKILL)

Session(sys.argv[1], "aria's id", Dying()).token()
"""


def test_killed_between_the_answer_and_the_keyring_it_is_still_signed_in(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keyrings.FILE, str(tmp_path / "keyring"))
    monkeypatch.setattr(keyring.core, "_keyring_backend", keyrings.FileKeyring())
    Session(site.url, "aria's id", Secrets()).begin(site.desktop().tokens)
    crash = subprocess.run(
        [sys.executable, "-c", CRASHING, site.url],
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "PYTHON_KEYRING_BACKEND": "tests.stand_ins.keyrings.FileKeyring"},
        check=False,
        timeout=50,
    )
    assert crash.returncode == -signal.SIGKILL
    site.clock.forward(seconds=GRACE_SECONDS)
    again = Session(site.url, "aria's id", Secrets(), now=site.clock)
    assert _works(site, again.token())
    # It goes on from there as if nothing had been.
    site.clock.forward(hours=2)
    assert _works(site, again.token())


def test_two_that_go_by_one_copied_token_are_both_signed_out(site: Site) -> None:
    mine = Kept()
    session = _signed_in(site, mine)
    copied = Kept(mine.entries)
    token = session.renew(session.token())
    assert _works(site, token)
    site.clock.forward(seconds=GRACE_SECONDS + 1)
    thief = _session(site, copied)
    with pytest.raises(SignedOut):
        thief.token()
    assert copied.entries == {}
    assert not _works(site, token)
    with pytest.raises(SignedOut) as told:
        session.renew(token)
    assert told.value.action
    assert mine.entries == {}
    assert not session.signed_in
    with pytest.raises(SignedOut):
        session.token()


def test_after_the_end_nothing_is_left_or_asked(site: Site) -> None:
    kept, wire = Kept({"another": "mhr_x"}), Wire()
    session = _signed_in(site, kept, wire)
    token = session.token()
    session.end()
    assert kept.entries == {"another": "mhr_x"}
    for ask in (session.token, lambda: session.renew(token)):
        with pytest.raises(SignedOut):
            ask()
    assert wire.asked == []


def test_each_account_of_each_server_has_an_entry_of_its_own(site: Site) -> None:
    kept, tokens = Kept(), site.desktop().tokens
    for address in (site.url, "https://maplehub.example"):
        for user in ("one", "two"):
            Session(address, user, kept).begin(tokens)
    assert len(kept.entries) == 4


@pytest.mark.parametrize(
    ("status", "kind"), [(401, SignedOut), (404, Exception), (429, Unreachable), (502, Unreachable)]
)
def test_only_the_server_itself_ends_a_sign_in(site: Site, status: int, kind: type[Exception]) -> None:
    """A hotel's Wi-Fi that answers everything is not to be believed."""
    kept = Kept({"aria's id at " + site.url: "mhr_x"})
    hotel = httpx.MockTransport(lambda _: httpx.Response(status, text="<h1>Welcome</h1>"))
    session = Session(site.url, "aria's id", kept, hotel, now=site.clock)
    with pytest.raises(kind):
        session.token()
    assert session.signed_in


def test_a_keyring_that_gives_nothing_out_is_named(site: Site) -> None:
    kept = Kept()
    kept.lasting = False
    with pytest.raises(SignedOut, match="keyring"):
        _session(site, kept).token()


def test_no_token_is_in_an_error(site: Site) -> None:
    kept = Kept({"aria's id at " + site.url: "mhr_secret"})
    answers = httpx.MockTransport(lambda _: httpx.Response(200, json={"access_token": "mhs_secret"}))
    session = Session(site.url, "aria's id", kept, answers, now=site.clock)
    with pytest.raises(Exception) as told:  # noqa: PT011 - whatever it is
        session.token()
    assert "secret" not in repr(told.value)
    assert told.value.__cause__ is None
