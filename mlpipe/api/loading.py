"""How strictly a model is loaded, among the keywords of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlpipe.steps.loading import LoadOptions


def load_options(options: Mapping[str, object]) -> tuple[LoadOptions, dict[str, Any]]:
    """How strictly a model is loaded, and the options that are left."""
    from mlpipe.steps.loading import LoadOptions

    given: dict[str, Any] = dict(options)
    trust = given.pop("trust", ())
    load = LoadOptions(
        allow_version_mismatch=given.pop("allow_version_mismatch", False),
        trust=(trust,) if isinstance(trust, str) else tuple(trust),
        probe=not given.pop("no_probe", False),
    )
    return load, given
