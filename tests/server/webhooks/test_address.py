"""What counts as a webhook's address, and where it may be seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.keys import Keys, LostSecretError
from server.discord.webhook import HookAddress
from shared.errors import InvalidInput

TOKEN = "3d89bb7572e0fb30d8128367b3b1b44fecd1726de135cbe28a41f8b2f777c372ba2939e72279b94526ff5d1bd4358d65cf11"
GOOD = f"https://discord.com/api/webhooks/223704706495545344/{TOKEN}"
WRONG = (
    "",
    " " + GOOD,
    GOOD + "\n",
    GOOD + "/",
    GOOD + "/slack",
    GOOD + "/github",
    GOOD + "/messages/1",
    GOOD + "?wait=true",
    GOOD + "?thread_id=1",
    GOOD + "#x",
    GOOD + "%2f..",
    GOOD.upper(),
    GOOD.replace("https", "http"),
    GOOD.replace("https", "HTTPS"),
    GOOD.replace("https:", ""),
    GOOD.replace("discord.com", "Discord.com"),
    GOOD.replace("discord.com", "discord.com."),
    GOOD.replace("discord.com", "discordapp.com"),
    GOOD.replace("discord.com", "canary.discord.com"),
    GOOD.replace("discord.com", "discord.com:443"),
    GOOD.replace("discord.com", "discord.com:8080"),
    GOOD.replace("discord.com", "discord.com@127.0.0.1"),
    GOOD.replace("discord.com", "aria:secret@discord.com"),
    GOOD.replace("discord.com", "discord.com.evil.test"),
    GOOD.replace("discord.com", "discordXcom"),
    GOOD.replace("discord.com", "evil.test/discord.com"),
    GOOD.replace("discord.com", "evil.test\\@discord.com"),
    GOOD.replace("discord.com", "dıscord.com"),
    GOOD.replace("discord.com", "xn--dscord-q9a.com"),
    GOOD.replace("discord.com", "discord。com"),
    GOOD.replace("discord.com", "127.0.0.1"),
    GOOD.replace("/api/", "/api/v10/"),
    GOOD.replace("/api/", "/api/../api/"),
    GOOD.replace("/api/", "//api/"),
    GOOD.replace("webhooks", "webhook"),
    GOOD.replace("223704706495545344", "１２３704706495545344"),
    GOOD.replace("223704706495545344", "1"),
    GOOD.replace("223704706495545344", "99999999999999999999"),
    GOOD.replace("223704706495545344", "2237047064955453440000"),
    GOOD[:-70],
    GOOD + "x" * 30,
    GOOD[:-1] + "é",
    GOOD[:-1] + ".",
    "file:///etc/passwd",
    "https://discord.com/channels/1/2",
)  # fmt: skip


def test_the_address_discord_shows_is_taken() -> None:
    found = HookAddress.read(GOOD)
    assert (found.id, found.token, found.whole()) == ("223704706495545344", TOKEN, GOOD)
    assert found.hint == "…344/…cf11"


@pytest.mark.parametrize("text", WRONG)
def test_anything_else_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        HookAddress.read(text)
    assert refused.value.field == "url"
    assert TOKEN[:20] not in str(refused.value)
    assert refused.value.__cause__ is None


@given(
    st.lists(st.tuples(st.integers(0, len(GOOD)), st.text(min_size=1, max_size=3)), min_size=1, max_size=2)
)
def test_whatever_is_put_into_it_leads_to_discord_or_nowhere(changes: list[tuple[int, str]]) -> None:
    text = GOOD
    for place, more in changes:
        text = text[:place] + more + text[place:]
    try:
        found = HookAddress.read(text)
    except InvalidInput:
        return
    assert found.whole() == text
    assert found.id.isascii()
    assert found.id.isdigit()
    assert found.token.replace("-", "").replace("_", "").isalnum()


def test_no_text_of_it_shows_the_token() -> None:
    found = HookAddress.read(GOOD)
    assert TOKEN not in f"{found} {found!r} {[found]} {found.hint}"


def test_a_stored_secret_is_read_again_by_the_same_key_only() -> None:
    keys = Keys(b"k" * 32)
    for secret in (b"\x00\xff" * 16, "text", ""):
        stored = keys.store_secret(secret)
        assert Keys(b"k" * 32).stored_secret(stored) == (
            secret.encode() if isinstance(secret, str) else secret
        )
        assert stored != keys.store_secret(secret), "alike secrets are not told to be alike"
        broken = stored[:-4] + ("AAA=" if stored[-4:] != "AAA=" else "BBB=")
        for reader, text in ((Keys(b"x" * 32), stored), (keys, broken), (keys, "nonsense"), (keys, "é")):
            with pytest.raises(LostSecretError):
                reader.stored_secret(text)
