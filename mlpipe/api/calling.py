"""What calling a step from Python is like: its keywords in the signature and in the help."""

from __future__ import annotations

import re
from functools import wraps
from inspect import Parameter, cleandoc, signature
from typing import TYPE_CHECKING, Any, ForwardRef, TypeVar, cast

from mlpipe.api.options import option_defaults
from mlpipe.errors import MlpipeError, UnknownNameError
from mlpipe.words.remedies import offered

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")


def with_keywords(options: tuple[type, ...], *kinds: type) -> Callable[[F], F]:
    """Give a function of `**options` each of them as a keyword, described one by one.

    Parameters
    ----------
    options : tuple of type
        A `TypedDict` with the keywords, and its bases: their docstrings describe them.
    kinds : type
        Dataclasses of parameters, which have their defaults.
    """

    def decorate(function: F) -> F:
        known = _signature(function, options[0], kinds)

        @wraps(function)
        def call(*args: Any, **given: Any) -> Any:
            for name in given:
                if name not in known.parameters:
                    raise UnknownNameError("option", name, known.parameters, where=f"mlpipe.{function.__name__}")
            try:
                return function(*args, **given)
            except MlpipeError as error:
                error.remedy = offered(error.remedy, known.parameters)
                raise

        call.__signature__ = known  # type: ignore[attr-defined] # what `inspect` asks for
        call.__doc__ = _described(cleandoc(function.__doc__ or ""), options)
        return cast("F", call)

    return decorate


def _signature(function: Any, options: type, kinds: tuple[type, ...]) -> Any:
    own = signature(function)
    defaults: dict[str, object] = {}
    for kind in kinds:
        defaults = option_defaults(kind) | defaults
    keywords = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=defaults.get(name), annotation=_written(hint))
        for name, hint in options.__annotations__.items()
    ]
    named = [one for one in own.parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
    return own.replace(parameters=[*named, *keywords])


def _written(hint: Any) -> str:
    return hint.__forward_arg__ if isinstance(hint, ForwardRef) else str(hint)


def _described(doc: str, options: tuple[type, ...]) -> str:
    """The docstring with a paragraph for each keyword in place of the one for all."""
    before, _, rest = doc.partition("**options\n")
    described: dict[str, str] = {}
    for one in options:
        paragraphs = cleandoc(one.__doc__ or "").partition("----------\n")[2]
        described = {told.split(" : ")[0]: told for told in re.split(r"\n(?=\w)", paragraphs) if told} | described
    listed = (described[name] for name in options[0].__annotations__)
    return before + "\n".join(listed) + rest[rest.find("\n\n") :]
