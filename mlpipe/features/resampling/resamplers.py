"""The resamplers by name. A row is data: the class is named by string and imported when it is built."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from mlpipe.errors import DataError, UsageError
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlpipe.features.resampling.labelled import Labelled, Sizes

NEIGHBOURS = 5
"""Neighbours in its class between which and a row new rows are put."""
NEAR = 3
"""Neighbours in the smallest class whose mean distance NearMiss compares."""


@dataclass(frozen=True, kw_only=True)
class ResamplerSpec:
    """One way to balance classes.

    Parameters
    ----------
    kind : str
        `over` adds rows to small classes, `under` removes rows of large ones, `clean` removes rows where classes meet.
    target : str
        `"module:Class"` of an imbalanced-learn sampler.
    options : dict
        Parameters in which it differs from the sampler's own defaults.
    distances : bool
        It compares cells, so that none may be missing; if not, it looks at classes alone.
    members : int
        Rows that it needs in each class that it finds neighbours in.
    seeded : bool
        Chance decides, hence a seed.
    discrete : str
        How a made-up row gets discrete features that exist: it is put between rows and then `snap`ped to the nearest
        pattern, or made of `codes` of the patterns; `either` is by codes where that is quick.
    may_fail : bool
        The sampler raises where it finds no place for rows.
    first : str
        The resampler that grows the classes before this one cleans; empty for none.
    """

    name: str
    kind: Literal["over", "under", "clean"]
    target: str
    options: dict[str, Any] = field(default_factory=dict)
    distances: bool = True
    members: int = 1
    seeded: bool = True
    discrete: Literal["snap", "codes", "either"] = "snap"
    may_fail: bool = False
    first: str = ""

    @property
    def takes_ratio(self) -> bool:
        """Whether a ratio says how many rows it adds or removes; where classes meet, the data does."""
        return self.kind != "clean" or bool(self.first)

    def build(self, *, wanted: Sizes | None = None, seed: int = 0, target: str = "", **options: Any) -> Any:
        """The unfitted sampler, for the sizes `wanted` where it takes such; `target` is a relative in its place."""
        module, _, name = (target or self.target).partition(":")
        sizes = {} if wanted is None else {"sampling_strategy": wanted}
        chance = {"random_state": seed} if self.seeded else {}
        return getattr(import_module(module), name)(**{**self.options, **sizes, **chance, **options})


def _over(name: str, target: str, **facts: Any) -> ResamplerSpec:
    neighbours: dict[str, Any] = {"options": {"k_neighbors": NEIGHBOURS}, "members": NEIGHBOURS + 1}
    return ResamplerSpec(name=name, kind="over", target=f"imblearn.over_sampling:{target}", **{**neighbours, **facts})


def _under(name: str, target: str, **facts: Any) -> ResamplerSpec:
    return ResamplerSpec(name=name, kind="under", target=f"imblearn.under_sampling:{target}", **facts)


def _clean(name: str, target: str, classes: str, **facts: Any) -> ResamplerSpec:
    options = {"sampling_strategy": classes}
    target = f"imblearn.under_sampling:{target}"
    return ResamplerSpec(name=name, kind="clean", target=target, options=options, seeded=False, **facts)


_ROWS = (
    _over("smote", "SMOTE", discrete="either"),
    _over("smotenc", "SMOTENC", discrete="codes"),
    _over("borderline-smote", "BorderlineSMOTE"),
    _over("svm-smote", "SVMSMOTE", may_fail=True),
    _over("adasyn", "ADASYN", options={"n_neighbors": NEIGHBOURS}, may_fail=True),
    _over("random-over", "RandomOverSampler", options={}, members=1, distances=False),
    _under("random-under", "RandomUnderSampler", distances=False),
    _under("near-miss", "NearMiss", options={"n_neighbors": NEAR}, members=NEAR, seeded=False),
    # Tomek links are first of all told from the side of the large classes; after over-sampling all are alike.
    _clean("tomek", "TomekLinks", "not minority"),
    _clean("smote-tomek", "TomekLinks", "all", first="smote"),
    _clean("smote-enn", "EditedNearestNeighbours", "all", first="smote"),
)
RESAMPLERS = {spec.name: spec for spec in _ROWS}


def needs_classes(resample: str, *, labels: bool = False) -> UsageError:
    """The error for a target that has no classes to balance: a quantity, or labels of which a row may have several."""
    if labels:
        return UsageError(
            f"{param('resample', resample)} balances classes, and a row may have several labels: what is made for a "
            "rare one brings more of the others along.",
            remedy=ways(
                in_step(
                    "train", f"Weigh each label by its rarity instead: train with {param('class_weight', 'balanced')}"
                )
            ),
        )
    return UsageError(
        f"{param('resample', resample)} needs a target with classes; this one is a quantity.",
        remedy=ways(
            f"Leave {param('resample')} out",
            in_step("split", f"split again with {param('task', 'binary')} (or multiclass) if the numbers are classes"),
        ),
    )


def check_members(spec: ResamplerSpec, rows: Labelled, classes: Iterable[int]) -> None:
    """Raise `DataError` for the smallest of these classes if it has too few rows to find neighbours among."""
    smallest = min(classes, key=lambda code: rows.sizes[code], default=None)
    if smallest is None or (members := rows.sizes[smallest]) >= spec.members:
        return
    other = "random-under" if spec.kind == "under" else "random-over"
    repeats = "" if spec.kind == "under" else ", which only repeats rows"
    raise DataError(
        f"Class {rows.label(smallest)!r} has {members} of the {spec.members} training rows that {spec.name} needs to "
        "find neighbours.",
        remedy=ways(f"Use {param('resample', other)}{repeats}", "join the class with another"),
    )
