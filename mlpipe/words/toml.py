"""Values, keys and comments of TOML files that mlpipe drafts for a person to edit."""

from __future__ import annotations

import json
import re

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def toml_value(value: object) -> str:
    r"""A text, number, truth value, or list of such; all are written as in JSON, but for one letter.

    Examples
    --------
    >>> print(toml_value('say "é"'), toml_value((1, 2.5)), toml_value(True))
    "say \"é\"" [1, 2.5] true
    """
    # JSON leaves the delete character as it is, which TOML does not allow.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """A key, in quotes where it needs them.

    Examples
    --------
    >>> print(toml_key("age"), toml_key("unit price"))
    age "unit price"
    """
    return name if _PLAIN_KEY.fullmatch(name) else toml_value(name)


def toml_comment(text: str) -> str:
    """Words of a comment, which ends with its line and holds no control characters."""
    return _CONTROLS.sub(" ", text)
