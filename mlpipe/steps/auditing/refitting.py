"""Whether a preparation is what the training rows alone make: the plan is fitted once more, and bytes are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.artifacts.fitted.pickling import dump_joblib
from mlpipe.artifacts.preps import PREPROCESSOR, RESAMPLED, Prep
from mlpipe.artifacts.store.versions import environment
from mlpipe.data.auditing.pair import AuditFinding, found
from mlpipe.data.inference.coercion import to_frame
from mlpipe.engine.local import one_thread
from mlpipe.features.plan.choose import choose_plan
from mlpipe.features.preprocessor.matrix import plain_array
from mlpipe.models.fitting import FittedPlan, fit_plan, resample_rows
from mlpipe.words.lists import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.artifacts.splits import Split
    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.matrix import Matrix


def check_fitted(prep: Prep, split: Split) -> Iterator[AuditFinding]:
    """Decide, fit and resample on the training rows, and hold what comes out beside what was saved."""
    made, now = prep.folder.manifest.environment, environment()
    if made != now:
        others = listed(name for name in now if made.get(name) != now[name])
        told = f"The preparation was made under other versions ({others}): it is not fitted again to compare."
        yield found("MLP525", told)
        return
    context, table = split.context, split.part("train")
    X, y = to_frame(table, context.schema.features), context.target.encode(table)
    with one_thread():
        plan = choose_plan(X, y, context.schema.features, prep.params, context.task)
        fitted = fit_plan(plan, X, y, task=context.task)
        if plan.to_json() != prep.plan.to_json():
            yield found("MLP519", "The training rows alone lead to another plan than the one that was saved.")
        elif dump_joblib(fitted.preprocessor) != prep.folder.read_bytes(PREPROCESSOR):
            yield found("MLP519", "Fitted on the training rows alone, the preprocessor is another than the one saved.")
        yield from _check_resampled(prep, plan, fitted)


def _check_resampled(prep: Prep, plan: Plan, fitted: FittedPlan) -> Iterator[AuditFinding]:
    resampled = resample_rows(plan, fitted)
    saved = prep.matrix(RESAMPLED) if RESAMPLED in prep.parts else None
    if (resampled is None) != (saved is None):
        yield found("MLP519", "Resampled rows were saved where the plan makes none, or the other way round.")
    elif resampled is not None and saved is not None and not _equal(resampled.X, saved.X):
        yield found("MLP519", "Resampling the training rows alone gives other rows than those that were saved.")


def _equal(first: Matrix, second: Matrix) -> bool:
    dense = [plain_array(X) for X in (first, second)]
    return dense[0].shape == dense[1].shape and np.array_equal(dense[0], dense[1], equal_nan=True)
