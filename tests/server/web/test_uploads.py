"""Forms as browsers send them, and whatever else somebody sends."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.web.uploads import sent
from shared.errors import InvalidInput

KIND = "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"
LINE = b"------WebKitFormBoundary7MA4YWxkTrZu0gW"


def form(**parts: bytes) -> bytes:
    """The body a browser makes of a file and a text."""
    made = b""
    for name, content in parts.items():
        more = (
            b'; filename="proof \xc3\xa9.json"\r\nContent-Type: application/json' if name == "file" else b""
        )
        made += LINE + b'\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + more
        made += b"\r\n\r\n" + content + b"\r\n"
    return made + LINE + b"--\r\n"


def test_a_browsers_form_is_read() -> None:
    body = form(file=b'{"v":\r\n\r\n1}', text=b"")
    assert sent(KIND, body) == {"file": b'{"v":\r\n\r\n1}', "text": b""}
    quoted = 'multipart/form-data; charset=utf-8; boundary="----WebKitFormBoundary7MA4YWxkTrZu0gW"'
    assert sent(quoted, b"preamble\r\n" + body + b"epilogue") == sent(KIND, body)
    assert sent(KIND, form(text=b"within a line " + LINE))["text"].endswith(LINE)


def test_a_name_twice_is_the_first() -> None:
    one, other = form(text=b"one"), form(text=b"other")
    assert sent(KIND, one.removesuffix(LINE + b"--\r\n") + other) == {"text": b"one"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("", form(text=b"x")),
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"text=x"),
        ("multipart/form-data", form(text=b"x")),
        ("multipart/form-data; boundary=", form(text=b"x")),
        ("multipart/form-data; boundary=é", form(text=b"x")),
        ("multipart/form-data; boundary=" + "x" * 71, form(text=b"x")),
        ("multipart/mixed; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", form(text=b"x")),
        (KIND, b""),
        (KIND, form(text=b"x")[:-10]),
        (KIND, LINE + b"--\r\n"),
        (KIND.replace("gW", "gX"), form(text=b"x")),
    ],
)
def test_anything_else_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(InvalidInput):
        sent(kind, body)


@pytest.mark.parametrize(
    "head",
    [b"", b"x", b"Content-Disposition: form-data", b'Content-Disposition: form-data; name="', b"\xff: \xff",
     b"Content-Disposition: form-data; name*=utf-8''text",
     b'Content-Disposition: form-data; name*0="x"; name*="y"', b"\r\nContent-Type: multipart/mixed; boundary=x"],
)  # fmt: skip
def test_a_part_that_says_nothing_is_passed_over(head: bytes) -> None:
    body = LINE + b"\r\n" + head + b"\r\n\r\ncontent\r\n" + form(file=b"{}")
    assert sent(KIND, body)["file"] == b"{}"


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_whatever_is_in_it_comes_out_as_it_was(one: bytes, other: bytes) -> None:
    if LINE not in one + other:
        assert sent(KIND, form(file=one, text=other)) == {"file": one, "text": other}


@given(
    st.text(max_size=60),
    st.lists(st.sampled_from([LINE, b"--", b"\r\n", b"x", b'name="file"', b": ", b"Content-Disposition"])),
)
def test_nothing_makes_it_fall_over(kind: str, pieces: list[bytes]) -> None:
    for content_type in (kind, KIND):
        with suppress(InvalidInput):
            sent(content_type, b"".join(pieces))
