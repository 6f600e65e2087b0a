"""Numbers for people: as many digits as mean something."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlpipe.metrics.results import Measure

_MOST_DECIMALS = 6
_DEFAULT_DIGITS = 3


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
    if not math.isfinite(spread) or spread <= 0:
        return _DEFAULT_DIGITS
    exponent = math.floor(math.log10(spread))
    digits = 2 if spread / 10**exponent < 3.55 else 1
    return min(max(digits - 1 - exponent, 0), _MOST_DECIMALS)


def format_number(value: float, decimals: int | None = None) -> str:
    """Write a number, by default with three significant digits and no exponent where that can be read.

    Examples
    --------
    >>> format_number(0.12345), format_number(48213.4), format_number(0.9, 3), format_number(-0.001, 2)
    ('0.123', '48,213', '0.900', '0.00')
    """
    if decimals is not None:
        return f"{round(value, decimals) + 0.0:,.{decimals}f}"  # + 0.0 makes -0.0 plain 0.0
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    exponent = math.floor(math.log10(abs(value)))
    if not -5 <= exponent < 12:
        return f"{value:.{_DEFAULT_DIGITS - 1}e}"
    written = f"{value:,.{max(_DEFAULT_DIGITS - 1 - exponent, 0)}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def format_share(share: float) -> str:
    """Write a share as a percentage without false precision.

    Examples
    --------
    >>> format_share(0.674), format_share(0.004), format_share(0.9996), format_share(1.0)
    ('67 %', '0.4 %', '>99.9 %', '100 %')
    """
    percent = 100 * share
    if 0 < percent < 0.1:
        return "<0.1 %"
    if 99.9 < percent < 100:
        return ">99.9 %"
    if 0 < percent < 1 or 99 < percent < 100:
        return f"{percent:.1f} %"
    return f"{percent:.0f} %"


def format_measure(measure: Measure) -> str:
    """Write a metric's value and interval with the digits that the interval carries; a dash where undefined.

    Examples
    --------
    >>> from mlpipe.metrics.results import Measure
    >>> format_measure(Measure(value=0.97368, low=0.93910, high=1.0))
    '0.974 [0.939, 1.000]'
    >>> format_measure(Measure(value=None, reason="no rows"))
    '–'
    """
    if measure.value is None:
        return "–"
    if measure.low is None or measure.high is None:
        return format_number(measure.value)
    decimals = measure_decimals(measure)
    low, high = format_number(measure.low, decimals), format_number(measure.high, decimals)
    return f"{format_number(measure.value, decimals)} [{low}, {high}]"


def measure_decimals(measure: Measure) -> int | None:
    """Decimals for a metric and what stands beside it; `None` where there is no interval to tell."""
    if measure.low is None or measure.high is None:
        return None
    return decimals_for((measure.high - measure.low) / 2)
