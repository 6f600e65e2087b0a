"""What is around the steps: a project to begin with, the guide, the service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from mlpipe.api.calling import with_keywords
from mlpipe.api.keywords.judging import LoadingOptions
from mlpipe.api.keywords.project import InitOptions, ServeOptions
from mlpipe.api.loading import load_options
from mlpipe.api.options import build_params
from mlpipe.params.project import InitParams
from mlpipe.params.serving import ServeParams

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from mlpipe.steps.init import InitResult

    Place = str | PathLike[str]


class Markdown(str):
    """Markdown, laid out in a notebook."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


@with_keywords((InitOptions,), InitParams)
def init(out: Place = ".", *, force: bool = False, **options: Unpack[InitOptions]) -> InitResult:
    """Write a starter project: `mlpipe.toml`, `Makefile`, `dvc.yaml` and a workflow for CI, each of which runs.

    Parameters
    ----------
    out : str or path
        The folder to write into.
    force : bool
        Write over files that are there.
    **options
        What `mlpipe init` takes.

    Returns
    -------
    InitResult
        With `files`, and `notes` on what is left to be filled in.

    Raises
    ------
    UsageError
        Where there is no such table, or no such column in it.
    ArtifactError
        Where a file is there already, and not `force`.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> mlpipe.init(tempfile.mkdtemp(), data="sample_data/customers.csv", target="churned").files
    ('mlpipe.toml', 'Makefile', 'dvc.yaml', '.github/workflows/mlpipe.yml')
    """
    from mlpipe.steps.init import init as step

    return step(Path(out), build_params(InitParams, options), force=force)


@with_keywords((ServeOptions, LoadingOptions), ServeParams)
def serve(model: Place, *, listening: Callable[[str], object] = print, **options: Unpack[ServeOptions]) -> None:
    """Answer requests for predictions over HTTP, until SIGTERM or an interrupt; needs `mlpipe[serve]`.

    A notebook has an event loop of its own: call it in a thread there. With several `workers`, call it under
    `if __name__ == "__main__":`.

    Parameters
    ----------
    model : str or path
        The folder that `train` wrote.
    listening : callable
        Is told the address once requests can be sent.
    **options
        What `mlpipe serve` takes, with `_` for `-`.

    Returns
    -------
    None
        When it was told to stop, and what was under way is finished.

    Raises
    ------
    UsageError
        Where nothing can listen there, the token cannot be read, or the extra is not installed.
    ArtifactError
        Where the model is none, or not as it was written.

    Examples
    --------
    >>> import mlpipe
    >>> mlpipe.serve("out/model", port=8080, max_rows=100)  # doctest: +SKIP
    http://127.0.0.1:8080
    """
    from mlpipe.service.start import start

    load, given = load_options(options)
    start(Path(model), build_params(ServeParams, given), load=load, listening=listening)


def docs(topic: str | None = None) -> Markdown:
    """The guide: a page, or what it says of a finding code, a metric or a model.

    Parameters
    ----------
    topic : str, optional
        As `mlpipe docs` takes it; by default the list of pages.

    Returns
    -------
    str
        Markdown, which a notebook lays out.

    Raises
    ------
    UnknownNameError
        With the nearest topics.

    Examples
    --------
    >>> import mlpipe
    >>> print(mlpipe.docs("roc_auc").splitlines()[0])
    # roc_auc
    """
    from mlpipe.steps.guide.pages import listed_pages
    from mlpipe.steps.guide.topics import find_topic

    if topic is not None:
        return Markdown(find_topic(topic))
    return Markdown("".join(f"- `{page.topic}`: {page.summary}\n" for page in listed_pages()))
