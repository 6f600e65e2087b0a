"""What `mlpipe docs TOPIC` finds: a page, a section, a finding code, a metric, a model or a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlpipe.errors import UnknownNameError
from mlpipe.steps.guide.pages import read_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mlpipe.models.estimator_spec import EstimatorSpec

_CODE = re.compile(r"(?i)mlp\d{3}")


def find_topic(name: str) -> str:
    """Markdown about a topic.

    Raises
    ------
    UnknownNameError
        With the nearest topics.
    """
    for look in _PLACES:
        text = look(name)
        if text is not None:
            return text
    raise UnknownNameError("topic", name, all_topics())


def all_topics() -> list[str]:
    """Everything that has a place in the guide."""
    from mlpipe.data.profiling.findings import SPECS
    from mlpipe.metrics.registry import all_metrics
    from mlpipe.models.registry import known_specs

    sections = [section for page in read_pages().values() for section in page.sections()]
    models = dict.fromkeys(spec.name for spec in known_specs())
    metrics = [spec.name for spec in all_metrics()]
    return [*read_pages(), *models, *metrics, *SPECS, *dict.fromkeys(sections)]


def _page(name: str) -> str | None:
    wanted = name.strip().lower().removesuffix(".md").replace(" ", "-").replace("_", "-")
    pages = read_pages().values()
    named = {page.title.lower().replace(" ", "-"): page.text for page in pages}
    named |= {page.topic.lower(): page.text for page in pages}
    return named.get(wanted)


def _section(name: str) -> str | None:
    wanted = name.strip().lower().replace("-", " ")
    for page in read_pages().values():
        for heading, text in page.sections().items():
            if heading.lower().replace("-", " ").replace("`", "") == wanted:
                return f"# {page.title}\n\n{text}"
    return None


def _finding(name: str) -> str | None:
    if not _CODE.fullmatch(name):
        return None
    from mlpipe.data.profiling.findings import find_spec
    from mlpipe.steps.guide.finding_codes import render_code

    return render_code(find_spec(name.upper()))


def _model(name: str) -> str | None:
    from mlpipe.models.registry import known_specs

    specs = [spec for spec in known_specs() if spec.name == name]
    if not specs:
        return None
    lines = [f"# {name}", "", f"{specs[0].summary}.".replace("..", "."), ""]
    for spec in specs:
        tasks = ", ".join(task.value for task in sorted(spec.tasks))
        lines += [f"For {tasks}: `{spec.target.replace(':', '.')}`", *_parameters(spec), ""]
    lines += [f"To train it: `mlpipe train PREP --model {name} -o DIR`, with parameters as `-p NAME=VALUE`."]
    return "\n".join(lines) + "\n"


def _parameters(spec: EstimatorSpec) -> Iterator[str]:
    from mlpipe.models.estimator_spec import describe_search
    from mlpipe.models.estimators import own_parameters

    if spec.extra:
        yield f"(needs `pip install 'mlpipe[{spec.extra}]'`)"
    try:
        parameters = own_parameters(spec)
    except ImportError:
        return
    yield from _table(
        ("parameter", "default", "tune looks in"),
        [
            (f"`{key}`", f"`{value!r}`", describe_search(spec.space[key]) if key in spec.space else "")
            for key, value in sorted(parameters.items())
        ],
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(header)} |"
    yield f"| {' | '.join('---' for _ in header)} |"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _metric(name: str) -> str | None:
    from mlpipe.metrics.registry import all_metrics

    spec = next((spec for spec in all_metrics() if spec.name == name), None)
    if spec is None:
        return None
    better = "higher" if spec.greater_is_better else "lower"
    tasks = ", ".join(task.value for task in sorted(spec.tasks))
    head = f"# {name}\n\n{spec.summary}. For {tasks}; {better} is better.\n"
    rows = (line.split(" | ") for line in read_pages()["metrics"].text.splitlines() if line.startswith("| "))
    told = next((cells for named, *cells in rows if f"`{name}`" in named), None)
    return head if told is None else f"{head}\nFormula: {told[0]}.\n\nGo by it when {told[1].rstrip(' |')}.\n"


_PLACES: tuple[Callable[[str], str | None], ...] = (_page, _finding, _metric, _model, _section)
