"""Templates whose every value is escaped, whatever a column or a class is called."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mlpipe.words.lists import count_of

SCRIPT = "page.js"
"""What sorts tables and searches columns, where scripts run."""

# Underscores within names, and brackets that are no link, mean themselves.
_SPECIAL = re.compile(r"([\\`*|~]|(?<![^\W_])_|_(?![^\W_])|(?<=\])[(:\[])")
_BLANKS = re.compile(r"\s+")
_ALIKE: Any = {
    "loader": PackageLoader("mlpipe.reports"),
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
}


@cache
def palette() -> str:
    """The colours of every page, light and dark, as CSS."""
    return _template("palette.css")


def _template(name: str) -> str:
    return resources.files("mlpipe.reports").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def html_environment() -> Environment:
    """Templates of pages: values are escaped unless a template says otherwise, which none does."""
    environment = _speaking(Environment(autoescape=True, **_ALIKE))
    script = _template(SCRIPT)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # The page allows this one script to run, by its digest, and no other.
    environment.globals["page_script"] = Markup(script)  # noqa: S704 - our own file
    environment.globals["page_script_hash"] = f"sha256-{digest}"
    return environment


@cache
def markdown_environment() -> Environment:
    """Templates of Markdown: `finalize` escapes every value, as `autoescape` does in pages."""
    # HTML's escapes are not Markdown's.
    return _speaking(Environment(autoescape=False, finalize=_escape_value, keep_trailing_newline=True, **_ALIKE))  # noqa: S701


def _speaking(environment: Environment) -> Environment:
    environment.filters["count_of"] = count_of
    return environment


def _escape_value(value: Any) -> Any:
    return escape_markdown(value) if isinstance(value, str) else value


def escape_markdown(text: str) -> str:
    r"""Make a text mean itself in Markdown, on one line; names such as `roc_auc` stay as they are.

    Examples
    --------
    >>> escape_markdown("roc_auc"), escape_markdown("a|b"), escape_markdown("<b>")
    ('roc_auc', 'a\\|b', '&lt;b>')
    """
    text = _BLANKS.sub(" ", text).strip().replace("&", "&amp;").replace("<", "&lt;")
    return _SPECIAL.sub(r"\\\1", text)
