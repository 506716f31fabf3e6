"""Amounts as people write them: what is read is what was meant, or it is refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from shared.mesos import MAX_MESOS, parse_mesos, short_mesos

amounts = st.integers(0, MAX_MESOS)
UNITS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
SEPARATORS = [" ", ",", ".", "'", "’", "_", "\u00a0", "\u202f"]


@given(amounts)
def test_plain_digits_come_back(amount: int) -> None:
    assert parse_mesos(str(amount)) == amount


@given(amounts, st.sampled_from(SEPARATORS))
def test_grouped_digits_come_back_whatever_the_separator(amount: int, separator: str) -> None:
    assert parse_mesos(f"{amount:,}".replace(",", separator)) == amount


@given(amounts)
def test_the_short_reading_is_rounded_down_to_four_digits(amount: int) -> None:
    text = short_mesos(amount)
    read = parse_mesos(text)
    assert read is not None
    assert read <= amount
    assert sum(character.isdigit() for character in text.lstrip("0")) <= 4
    # Four significant digits lose less than a thousandth.
    assert amount - read < max(1, amount / 1000)
    assert short_mesos(read) == text
    if amount < 1000:
        assert text == str(amount)


@given(st.integers(1, 9999), st.sampled_from(["k", "m", "b"]))
def test_short_amounts_survive_both_ways(digits: int, unit: str) -> None:
    amount = digits * UNITS[unit]
    assert parse_mesos(short_mesos(amount)) == amount


@given(amounts)
def test_a_loss_reads_like_the_gain(amount: int) -> None:
    assert short_mesos(-amount) == ("-" if amount else "") + short_mesos(amount)


@given(
    st.integers(0, 9999),
    st.text("0123456789", max_size=6),
    st.sampled_from(list(UNITS)),
    st.sampled_from([".", ","]),
    st.booleans(),
)
def test_fractions_are_exact_or_refused(
    whole: int, decimals: str, unit: str, point: str, upper: bool
) -> None:
    text = f"{whole}{point}{decimals}{unit}" if decimals else f"{whole}{unit}"
    if not unit and len(decimals) == 3 and whole < 1000:
        return  # that is a grouped number, tested above
    value = (whole + (Fraction(int(decimals), 10 ** len(decimals)) if decimals else 0)) * UNITS[unit]
    if value.denominator == 1 and value <= MAX_MESOS:
        assert parse_mesos(text.upper() if upper else text) == value
    else:
        with pytest.raises(InvalidInput):
            parse_mesos(text)


@given(st.text(max_size=60))
def test_any_text_gives_an_amount_nothing_or_a_sentence(text: str) -> None:
    result: int | InvalidInput | None
    try:
        result = parse_mesos(text, field="price")
    except InvalidInput as error:
        result = error
    if isinstance(result, InvalidInput):
        assert result.field == "price"
        assert result.message.endswith(".")
    elif result is None:
        assert not text.strip()
    else:
        assert 0 <= result <= MAX_MESOS


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.5m", 1_500_000),
        ("2b", 2_000_000_000),
        ("350 000 000", 350_000_000),
        ("1,200,000", 1_200_000),
        ("1'200k", 1_200_000),
        (" 12.5 K ", 12_500),
        ("0", 0),
        ("9999999999999", MAX_MESOS),
        ("", None),
        ("   ", None),
    ],
)
def test_ways_of_writing(text: str, amount: int | None) -> None:
    assert parse_mesos(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "1e5",
        "k",
        "m5",
        "1.5.5",
        "12,34,567",
        "abc",
        "5 mesos",
        "1,5",
        "0.0001k",
        "10t",
        "10000000000000",
        # A thousands separator and a decimal point in one: better to ask than to read 1000 times too much.
        "1,200.000",
        "1.200,000m",
        # Beyond the decimal context this would be rounded to 9 unseen.
        "9.000000000000000000000000000000000000001",
        "1" * 5000,
    ],
)
def test_refusals(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_mesos(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (12_345, "12.34k"),
        (999_999, "999.9k"),
        (350_000_000, "350m"),
        (1_234_999_999, "1.234b"),
        (2_000_000_000_000, "2t"),
        (12_345_000_000_000_000, "12345t"),
        (-1_500_000, "-1.5m"),
    ],
)
def test_short_readings(amount: int, text: str) -> None:
    assert short_mesos(amount) == text
