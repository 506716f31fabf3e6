"""A player's account, asked of a real server."""

import httpx
import pytest

from desktop.sync.account import AccountClient
from desktop.sync.http import Incompatible, SignedOut, Unreachable
from desktop.sync.session import FixedToken, Session
from shared.errors import InvalidInput, NotFound
from tests.desktop.sync.conftest import Site
from tests.desktop.sync.test_session import Kept, Wire


class Desktop:
    """A computer that is signed in."""

    def __init__(self, site: Site, device: str) -> None:
        signed = site.desktop(device=device)
        self.kept, self.wire = Kept(), Wire()
        self.session = Session(site.url, signed.user_id, self.kept, self.wire, now=site.clock)
        self.session.begin(signed.tokens)
        self.account = AccountClient(site.url, self.session, self.wire)


@pytest.fixture
def laptop(site: Site) -> Desktop:
    return Desktop(site, "laptop")


def test_who_is_signed_in_and_where(site: Site, laptop: Desktop) -> None:
    tower = Desktop(site, "tower")
    me = laptop.account.me()
    assert (me.discord_username, me.id) == ("aria", tower.account.me().id)
    places = laptop.account.sessions()
    assert sorted((place.device, place.current) for place in places) == [("laptop", True), ("tower", False)]
    (other,) = [place for place in places if not place.current]
    laptop.account.revoke(other.id)
    with pytest.raises(SignedOut):
        tower.account.me()
    assert not tower.session.signed_in
    with pytest.raises(NotFound) as told:
        laptop.account.revoke(other.id)
    assert told.value.action
    assert laptop.session.signed_in


def test_everybody_else_is_signed_out(site: Site, laptop: Desktop) -> None:
    others = [Desktop(site, name) for name in ("tower", "netbook")]
    laptop.account.revoke_others()
    assert [place.device for place in laptop.account.sessions()] == ["laptop"]
    for other in others:
        with pytest.raises(SignedOut):
            other.account.sessions()


def test_signing_out_is_done_there_and_here(site: Site, laptop: Desktop) -> None:
    token = laptop.session.token()
    assert laptop.account.logout()
    assert not laptop.session.signed_in
    assert laptop.kept.entries == {}
    answer = httpx.get(f"{site.url}/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_signing_out_is_done_here_when_the_server_is_away_or_knows_already(
    site: Site, laptop: Desktop
) -> None:
    laptop.wire.offline = True
    assert not laptop.account.logout()
    assert laptop.kept.entries == {}
    tower, netbook = Desktop(site, "tower"), Desktop(site, "netbook")
    netbook.account.revoke_others()
    assert tower.account.logout()
    assert tower.kept.entries == {}


def test_everything_can_be_taken_along(laptop: Desktop) -> None:
    found = laptop.account.export()
    assert found["format"] == "maplehub-export/1"
    assert found["account"]["discord_username"] == "aria"


def test_deleting_the_account_wants_the_players_name(site: Site, laptop: Desktop) -> None:
    with pytest.raises(InvalidInput) as told:
        laptop.account.delete("bell")
    assert told.value.field == "confirm"
    assert laptop.session.signed_in
    before = laptop.account.me().id
    laptop.account.delete("aria")
    assert not laptop.session.signed_in
    # The next sign-in makes a new account.
    assert Desktop(site, "laptop").account.me().id != before


def test_a_sign_in_not_yet_known_whose_may_ask_whose_it_is(site: Site) -> None:
    signed = site.desktop()
    token = FixedToken(signed.tokens.access_token)
    with AccountClient(site.url, token) as account:
        assert account.me().id == signed.user_id
        account.logout()
    with pytest.raises(SignedOut):
        token.token()
    with AccountClient(site.url, FixedToken("mhs_nonsense")) as account, pytest.raises(SignedOut):
        account.me()


def test_troubles_are_of_the_one_family() -> None:
    for status, kind in ((500, Unreachable), (429, Unreachable), (403, Incompatible), (404, Incompatible)):
        answers = httpx.MockTransport(lambda _, status=status: httpx.Response(status, text="<h1>no</h1>"))
        with AccountClient("http://127.0.0.1:1", FixedToken("t"), answers) as account, pytest.raises(kind):
            account.me()
