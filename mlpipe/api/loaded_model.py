"""A model, opened for Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe.api.artifact import Artifact
from mlpipe.api.tables import as_source

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from mlpipe.api.tables import Data
    from mlpipe.artifacts.models import Model


class LoadedModel(Artifact):
    """A model: predicts DataFrames, Arrow tables and files by the same way as `mlpipe predict`."""

    def __init__(self, model: Model) -> None:
        super().__init__(model.folder)
        self._model = model

    @property
    def name(self) -> str:
        """The estimator's name."""
        return self._model.name

    @property
    def estimator(self) -> Pipeline:
        """The scikit-learn pipeline, steps `preprocess` and `model`."""
        return self._model.fitted.pipeline

    @property
    def target(self) -> str:
        """The column that it predicts."""
        return str(self._model.context.target.name)

    def predict(self, data: Data, *, threshold: float | None = None) -> pd.DataFrame | pd.Series:
        """Predict the rows of a table.

        Parameters
        ----------
        data : str, path, DataFrame or Arrow table
            Rows with the columns of training, by name; a target may be absent.
        threshold : float, optional
            Two classes: predict the positive one from this probability on.

        Returns
        -------
        Series of length n_rows
            With the index of a DataFrame. A DataFrame where there are several columns of predictions.

        Raises
        ------
        DataError
            Where a column is missing, or a cell cannot be read.
        """
        columns = self._columns(data, threshold=threshold)
        own = columns[[name for name in columns if not str(name).startswith("proba_")]]
        return own.iloc[:, 0].rename("prediction") if own.shape[1] == 1 else own

    def predict_proba(self, data: Data) -> pd.DataFrame:
        """Probabilities of the classes of each row.

        Parameters
        ----------
        data : str, path, DataFrame or Arrow table

        Returns
        -------
        DataFrame of shape (n_rows, n_classes)
            A column for each class, in the order of `classes`; the index of a DataFrame.

        Raises
        ------
        UsageError
            Where the model has no probabilities.
        """
        columns = self._columns(data, proba=True)
        names = [name for name in columns if str(name).startswith("proba_")]
        return columns[names].rename(columns=lambda name: str(name).removeprefix("proba_"))

    def _columns(self, data: Any, **options: Any) -> pd.DataFrame:
        from mlpipe.api.predicted import predicted_columns

        with as_source(data) as source:
            columns = predicted_columns(self._model, source, **options)
        # A text has an `index` too, which is a method.
        index = None if isinstance(data, str) else getattr(data, "index", None)
        return columns if index is None else columns.set_axis(index, axis=0)

    def facts(self) -> dict[str, object]:
        """What stands in its `repr`."""
        task = self._model.context.target.task.value
        columns = len(self._model.fitted.columns)
        return {"path": str(self.out), "model": self.name, "task": task, "target": self.target, "columns": columns}
