"""`mlpipe docs`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table


def docs(
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPIC]",
            autocompletion=complete.topics,
            help="A page, or a finding code, a metric or a model. Default: all pages.",
        ),
    ] = None,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Show the guide: its topics, or one of them.

    On a terminal it is laid out; in a pipe it is Markdown.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    if topic is None:
        from mlpipe.steps.guide.pages import listed_pages

        rows = [(page.topic, page.summary) for page in listed_pages()]
        console.result(table(("topic", "what it tells"), rows), {"topics": dict(rows)})
        console.hint("mlpipe docs TOPIC, or a finding code, metric or model: mlpipe docs MLP304")
        return
    from mlpipe.steps.guide.topics import find_topic

    text = find_topic(topic)
    if as_json:
        console.result([], {"topic": topic, "markdown": text})
    else:
        console.markdown(text)
