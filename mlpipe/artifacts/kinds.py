"""The kinds of artifact: what each is called, which step writes it, which version of its format is current."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ArtifactKind(StrEnum):
    """What a folder holds; the word that stands in its manifest."""

    PROFILE = "profile"
    SPLIT = "split"
    PREP = "prep"
    MODEL = "model"
    EVALUATION = "evaluation"
    DRIFT = "drift"
    COMPARISON = "comparison"
    AUDIT = "audit"


LOOKS = "looks.csv"
"""What models scored on the test part: it lies in the split's folder and is no part of the split."""


@dataclass(frozen=True, kw_only=True)
class KindSpec:
    """One kind of artifact.

    Parameters
    ----------
    step : str
        The command that writes it.
    usage : str
        That command with its arguments, `{source}` standing for what it reads.
    noun : str
        What it is, with its article, for messages.
    schema_version : int
        The current version of its format; older ones are upgraded when loaded, newer ones refused.
    beside : tuple of str
        Files that later steps lay into the folder: no part of the artifact, kept when it is written again unchanged.
    """

    step: str
    usage: str
    noun: str
    schema_version: int = 1
    beside: tuple[str, ...] = ()


KINDS: dict[ArtifactKind, KindSpec] = {
    ArtifactKind.PROFILE: KindSpec(
        step="inspect", usage="mlpipe inspect {source} -o {out}", noun="a profile", schema_version=2
    ),
    ArtifactKind.SPLIT: KindSpec(
        step="split",
        usage="mlpipe split {source} --target COL -o {out}",
        noun="a split",
        schema_version=3,
        beside=(LOOKS,),
    ),
    ArtifactKind.PREP: KindSpec(
        step="preprocess", usage="mlpipe preprocess {source} -o {out}", noun="a preprocessed split", schema_version=4
    ),
    ArtifactKind.MODEL: KindSpec(
        step="train", usage="mlpipe train {source} -o {out}", noun="a model", schema_version=3
    ),
    ArtifactKind.EVALUATION: KindSpec(
        step="evaluate", usage="mlpipe evaluate {source} -o {out}", noun="an evaluation", schema_version=3
    ),
    ArtifactKind.COMPARISON: KindSpec(
        step="compare", usage="mlpipe compare {source} MODEL -o {out}", noun="a comparison"
    ),
    ArtifactKind.DRIFT: KindSpec(
        step="drift", usage="mlpipe drift {source} NEW.csv -o {out}", noun="a comparison with training rows"
    ),
    ArtifactKind.AUDIT: KindSpec(step="audit", usage="mlpipe audit {source} -o {out}", noun="an audit"),
}

# What each step reads, so that a folder from one step too early can be answered with the step that is missing.
READS: dict[ArtifactKind, ArtifactKind] = {
    ArtifactKind.PREP: ArtifactKind.SPLIT,
    ArtifactKind.MODEL: ArtifactKind.PREP,
    ArtifactKind.EVALUATION: ArtifactKind.MODEL,
    ArtifactKind.DRIFT: ArtifactKind.MODEL,
    ArtifactKind.COMPARISON: ArtifactKind.MODEL,
}


def how_to_make(kind: ArtifactKind, *, source: str = "", out: str = "DIR") -> str:
    """The command that writes an artifact of `kind`.

    Examples
    --------
    >>> how_to_make(ArtifactKind.MODEL, source="out/prep", out="out/model")
    'mlpipe train out/prep -o out/model'
    >>> how_to_make(ArtifactKind.PREP)
    'mlpipe preprocess SPLIT -o DIR'
    """
    placeholder = READS[kind].upper() if kind in READS else "DATA"
    return KINDS[kind].usage.format(source=source or placeholder, out=out)
