"""Numbers for people: as many digits as mean something, and the same number said alike everywhere.

`format_number` for what is measured, `format_interval` for a measured number between its bounds, `format_exact` for
what a person gave, `format_share` for a part of a whole; `count_of` in `words.lists` for how many there are of
something. Nothing that is not zero is said as zero.
"""

from __future__ import annotations

import math

UNDEFINED = "\N{EN DASH}"
"""Stands where there is no number."""
SIGNIFICANT = 3
"""Digits of a number of which no spread is known."""
TENTH, HUNDREDTH, THOUSANDTH = 0.5, 0.05, 0.005
"""Spreads of what is told to so many decimals where none is known, such as scores that stand side by side."""
MOST_DECIMALS = 12
"""Digits further behind the point are the computer's, not the data's."""
_LEAST_PLAIN, _MOST_PLAIN = -5, 12
"""Powers of ten beyond which a number is written with one."""
_GROUPED, _GROUPED_CELL = 1_000, 10_000
"""From where on digits stand in groups: what has a spread was measured, all else may be a year, such as 2024."""


def format_number(value: float | None, spread: float | None = None, *, digits: int = SIGNIFICANT) -> str:
    """Write a number with the digits that its spread leaves sure, or with `digits` significant ones.

    Parameters
    ----------
    value : float or None
        None is said as a dash.
    spread : float, optional
        What the value is known to, such as half of its interval; zero and NaN tell nothing.

    Examples
    --------
    >>> format_number(0.12345), format_number(48213.4), format_number(1.78e-5), format_number(None)
    ('0.123', '48,213', '0.0000178', '–')
    >>> format_number(0.90004, 0.02), format_number(2e-7, 0.01)
    ('0.900', '2e-07')
    """
    if value is None:
        return UNDEFINED
    if value == 0 and not _tells(spread):
        return "0"
    if not math.isfinite(value):
        return f"{value:g}"
    if spread is None or not _tells(spread):
        return _shortest(value, digits)
    written = _written(value, decimals_for(spread), grouped=_GROUPED)
    hidden = value != 0 and not written.partition("e")[0].strip("-0.")
    return _shortest(value, 1) if hidden else written


def format_interval(value: float | None, low: float | None, high: float | None) -> str:
    """Write a value and its bounds, all with the digits that the bounds leave sure.

    Examples
    --------
    >>> format_interval(0.97368, 0.93910, 1.0), format_interval(0.5, None, None), format_interval(None, None, None)
    ('0.974 [0.939, 1.000]', '0.5', '–')
    >>> format_interval(0.9999997, 0.9999994, 1.0)
    '1.0000'
    """
    if value is None or low is None or high is None:
        return format_number(value)
    # Five digits are enough of any score: what differs further behind is said once.
    spread = half_width(low, high)
    if spread:
        spread = max(spread, 4e-4 * abs(value))
    told, least, most = (format_number(number, spread) for number in (value, low, high))
    return told if told == least == most and low < high else f"{told} [{least}, {most}]"


def half_width(low: float | None, high: float | None) -> float | None:
    """The spread of what lies between two bounds; none where one is lacking."""
    return None if low is None or high is None else (high - low) / 2


def format_exact(value: float) -> str:
    """Write a number as it was given, up to ten digits.

    Examples
    --------
    >>> format_exact(0.25), format_exact(1e6), format_exact(3.0)
    ('0.25', '1,000,000', '3')
    """
    return format_number(value, digits=10)


def format_power(value: float) -> str:
    """Write a number beyond those that a person reads digit by digit.

    Examples
    --------
    >>> format_power(25e9), format_power(0.0)
    ('2.5e10', '0')
    """
    return f"{value:g}".replace("e+", "e")


def round_to(value: float, digits: int) -> float:
    """The number of so many significant digits that is nearest.

    Examples
    --------
    >>> round_to(1234.5678, 3), round_to(-0.0012345, 2), round_to(0.0, 2)
    (1230.0, -0.0012, 0.0)
    """
    return value if value == 0 else round(value, digits - 1 - math.floor(math.log10(abs(value))))


def format_cell(value: object) -> str:
    """Write a cell as it stands in a table: numbers without the digits that floats add.

    Examples
    --------
    >>> format_cell(0.1 + 0.2), format_cell(12345.0), format_cell("north")
    ('0.3', '12345', 'north')
    """
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def format_share(share: float, beside: float | None = None) -> str:
    """Write a share as a percentage, finer near its ends and where it has to be told from another `beside` it.

    Examples
    --------
    >>> format_share(0.674), format_share(0.0123), format_share(0.9951), format_share(0.0002), format_share(0.99995)
    ('67 %', '1.2 %', '99.5 %', '< 0.1 %', '> 99.9 %')
    >>> format_share(0.198, beside=0.2), format_share(0.2, beside=0.198), format_share(1.0)
    ('19.8 %', '20.0 %', '100 %')
    """
    percent = 100 * share
    if 0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100:
        return "> 99.9 %"
    decimals = 1 if 0 < percent < 9.95 or 99 < percent < 100 else 0
    if beside is not None and beside != share:
        decimals = max(decimals, -math.floor(math.log10(100 * abs(share - beside))))
    return f"{percent:.{decimals}f} %"


def decimals_for(spread: float) -> int:
    """Decimals that a value known to ± `spread` carries: two digits of a spread below 3.55, one above.

    References
    ----------
    Particle Data Group, Review of Particle Physics, Introduction, section 5.3 (rounding).

    Examples
    --------
    >>> decimals_for(0.0305), decimals_for(0.05), decimals_for(1500.0)
    (3, 2, 0)
    """
    exponent = math.floor(math.log10(spread))
    return max((1 if spread / 10**exponent < 3.55 else 0) - exponent, 0)


def _tells(spread: float | None) -> bool:
    """Whether a spread says how many digits are sure."""
    return spread is not None and math.isfinite(spread) and spread > 10**-MOST_DECIMALS


def _written(value: float, decimals: int, *, grouped: int) -> str:
    """With so many decimals; with a power of ten where they would begin with many zeros."""
    exponent = 0 if value == 0 else math.floor(math.log10(abs(value)))
    if exponent < _LEAST_PLAIN and decimals > -_LEAST_PLAIN:
        return f"{value:.{max(decimals + exponent, 0)}e}"
    rounded = round(value, decimals) + 0.0  # + 0.0 makes -0.0 plain 0.0
    return f"{rounded:,.{decimals}f}" if abs(rounded) >= grouped else f"{rounded:.{decimals}f}"


def _shortest(value: float, digits: int) -> str:
    """With so many significant digits; whole ones are all shown, and zeros at the end are not."""
    rounded = f"{value:.{digits - 1}e}"
    mantissa, _, power = rounded.partition("e")
    if not _LEAST_PLAIN <= int(power) < _MOST_PLAIN:
        return f"{_trimmed(mantissa)}e{power}"
    decimals = max(digits - 1 - int(power), 0)
    return _trimmed(_written(float(rounded) if decimals else value, decimals, grouped=_GROUPED_CELL))


def _trimmed(written: str) -> str:
    return written.rstrip("0").rstrip(".") if "." in written else written
