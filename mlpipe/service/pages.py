"""The two pages of the service; they ask nothing of any network but the service itself."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from mlpipe.reports.rendering import palette

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True, loader=PackageLoader("mlpipe.service"), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def render_form(description: Mapping[str, Any]) -> str:
    """The page at `/`: a form for one row and a place to drop a table.

    Parameters
    ----------
    description : mapping
        As `describe_model` gives it.
    """
    template = _environment().get_template("form.html.j2")
    return template.render(model=description, css=_css(), script=_source("form.js"))


def render_docs(document: Mapping[str, Any]) -> str:
    """The page at `/docs`: the OpenAPI document for eyes.

    Parameters
    ----------
    document : mapping
        As `openapi` makes it.
    """
    predict = document["paths"]["/predict"]["post"]
    body = predict["requestBody"]["content"]["application/json"]
    rows = body["schema"]["properties"]["rows"]["items"]["properties"]
    example = json.dumps(body["example"], ensure_ascii=False, indent=1)
    template = _environment().get_template("docs.html.j2")
    return template.render(
        info=document["info"], predict=predict, columns=rows, example=example,
        places={path: item["get"]["summary"] for path, item in document["paths"].items() if "get" in item},
        css=_css(),
    )  # fmt: skip


def _css() -> str:
    return palette() + _source("service.css")


@cache
def _source(name: str) -> str:
    loader = _environment().loader
    assert loader is not None
    source, _, _ = loader.get_source(_environment(), name)
    return source
