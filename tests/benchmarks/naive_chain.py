"""The script of a careful person for what `run` does: `naive_chain.py TABLE TARGET POSITIVE OUT [MODEL]`.

The same models and settings, folds, scores, intervals and figures; no record is kept, nothing is checked, no page is
written. Columns with a different value in nearly every row are no features. `MODEL` is `auto` or `logistic`.
"""

import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn import metrics
from sklearn.calibration import CalibrationDisplay
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, VotingClassifier
from sklearn.impute import SimpleImputer
from sklearn.inspection import PartialDependenceDisplay, permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_validate, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import SVC

SCORES = (
    "accuracy", "balanced_accuracy", "precision", "recall", "f1", "precision_macro", "recall_macro", "f1_macro",
    "f1_weighted", "roc_auc", "average_precision", "neg_log_loss", "neg_brier_score", "matthews_corrcoef",
)  # fmt: skip
COMPARED, MANY, SMALL = 10_000, 5000, 3000
RESAMPLES, OF_MANY = 1000, 20
"""For intervals, and how many a person waits for on more than `COMPARED` rows."""
DATES = {"since"}
_SHARED = {"max_features": 0.5, "l2_regularization": 3, "early_stopping": False}


def numbers():
    """Columns of numbers."""
    return make_column_selector(dtype_include=["number", "bool"])


def for_lines(model):
    """Numbers scaled, levels as columns of their own."""
    scaled = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    levels = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    other = make_column_selector(dtype_exclude=["number", "bool"])
    return make_pipeline(make_column_transformer((scaled, numbers()), (levels, other)), model)


def for_trees(model):
    """Numbers as they are, levels as codes."""
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
    other = make_column_selector(dtype_exclude=["number", "bool"])
    return make_pipeline(make_column_transformer(("passthrough", numbers()), (codes, other)), model)


def candidates(n_rows):
    """What `auto` compares on so many rows."""
    from catboost import CatBoostClassifier
    from lightgbm import LGBMClassifier

    boosting = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=250, max_leaf_nodes=15, min_samples_leaf=10, **_SHARED
    )
    found = {
        "logistic": for_lines(LogisticRegression(max_iter=1000)),
        "boosting": for_trees(boosting),
        "lightgbm": for_trees(
            LGBMClassifier(n_estimators=300, learning_rate=0.05, num_leaves=15, min_child_samples=10, reg_lambda=3,
                           colsample_bytree=0.5, n_jobs=1, verbose=-1),
        ),
        "catboost": for_trees(CatBoostClassifier(thread_count=1, logging_level="Silent", allow_writing_files=False)),
    }  # fmt: skip
    if n_rows <= SMALL:
        cautious = {"max_features": 0.2, "l2_regularization": 10, "early_stopping": False}
        found["cautious"] = for_trees(
            HistGradientBoostingClassifier(
                learning_rate=0.05, max_iter=300, max_leaf_nodes=12, min_samples_leaf=20, **cautious
            )
        )
        found["svm"] = for_lines(SVC(C=10, probability=True))
        found["extra-trees"] = for_lines(ExtraTreesClassifier(n_estimators=150, max_features=0.5, min_samples_leaf=2))
    else:
        found["deep"] = for_trees(
            HistGradientBoostingClassifier(
                learning_rate=0.06, max_iter=350, max_leaf_nodes=31, min_samples_leaf=15, **_SHARED
            )
        )
    return {**found, "dummy": for_trees(DummyClassifier())}


def draw(out, name, fill):
    """One figure as PNG."""
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    fill(figure.add_subplot())
    figure.savefig(out / f"{name}.png", dpi=200)


def compare(models, X, y, out):
    """Cross-validate, draw the leaderboard; the names, best first."""
    folds = StratifiedKFold(3 if len(y) > MANY else 5, shuffle=True, random_state=0)
    found = {
        name: pd.DataFrame(cross_validate(model, X, y, cv=folds, scoring=SCORES)) for name, model in models.items()
    }
    board = pd.DataFrame({name: scores.mean() for name, scores in found.items()}).T.sort_values("test_roc_auc")
    board.to_csv(out / "leaderboard.csv")
    draw(out, "leaderboard", lambda axes: axes.barh(board.index, board["test_roc_auc"]))
    return list(board.index[::-1])


def lean_on(model, X, y, out):
    """What the model leans on."""
    found = permutation_importance(model, X, y, scoring="roc_auc", n_repeats=5, random_state=0)
    best = np.argsort(found.importances_mean)[::-1]
    draw(out, "importance", lambda axes: axes.barh(X.columns[best], found.importances_mean[best]))
    return X.columns[best[:3]]


def scores_of(y, proba):
    """The metrics of an evaluation."""
    said = proba >= 0.5
    averaged = [
        score(y, said, average=how, zero_division=0)
        for score in (metrics.precision_score, metrics.recall_score, metrics.f1_score)
        for how in ("binary", "macro")
    ]
    return (
        metrics.accuracy_score(y, said), metrics.balanced_accuracy_score(y, said), *averaged,
        metrics.f1_score(y, said, average="weighted"), metrics.roc_auc_score(y, proba),
        metrics.average_precision_score(y, proba), metrics.log_loss(y, proba), metrics.brier_score_loss(y, proba),
        metrics.matthews_corrcoef(y, said),
    )  # fmt: skip


def judge(model, X, y, strongest, out):
    """Metrics with intervals, the figures, the predictions."""
    proba = model.predict_proba(X)[:, 1]
    rng, n = np.random.default_rng(0), len(y)
    draws = (rng.integers(0, n, n) for _ in range(RESAMPLES if n <= COMPARED else OF_MANY))
    low, high = np.quantile([scores_of(y[rows], proba[rows]) for rows in draws], [0.025, 0.975], axis=0)
    pd.DataFrame({"value": scores_of(y, proba), "low": low, "high": high}).to_csv(out / "metrics.csv")
    pd.DataFrame({"true": y, "proba": proba}).to_csv(out / "predictions.csv")
    draw(out, "confusion", lambda axes: metrics.ConfusionMatrixDisplay.from_predictions(y, proba >= 0.5, ax=axes))
    draw(out, "roc", lambda axes: metrics.RocCurveDisplay.from_predictions(y, proba, ax=axes))
    draw(out, "pr", lambda axes: metrics.PrecisionRecallDisplay.from_predictions(y, proba, ax=axes))
    draw(out, "calibration", lambda axes: CalibrationDisplay.from_predictions(y, proba, n_bins=10, ax=axes))
    order = np.argsort(-proba)
    draw(out, "gain", lambda axes: axes.plot(np.arange(1, n + 1) / n, np.cumsum(y[order]) / y.sum()))
    precision, recall, cuts = metrics.precision_recall_curve(y, proba)
    draw(out, "threshold", lambda axes: axes.plot(cuts, precision[:-1], cuts, recall[:-1]))
    some = X.sample(min(len(X), 1000), random_state=0)
    some = some.astype(dict.fromkeys(some.select_dtypes("integer"), float))  # curves are not drawn of whole numbers
    for column in strongest:
        draw(
            out,
            f"dependence_{column}",
            lambda axes, column=column: PartialDependenceDisplay.from_estimator(model, some, [column], ax=axes),
        )


def main(table, target, positive, out, model="auto"):
    """The chain."""
    out = Path(out)
    out.mkdir(exist_ok=True)
    data = pd.read_csv(table)
    data.describe(include="all").to_csv(out / "described.csv")
    y = (data.pop(target) == positive).to_numpy().astype(int)
    for name in DATES.intersection(data):
        data[name] = (pd.to_datetime(data[name]) - pd.Timestamp("2019-01-01")).dt.days
    keys = [name for name in data if data[name].dtype == "str" and data[name].nunique() > 0.5 * len(data)]
    X, X_test, y, y_test = train_test_split(data.drop(columns=keys), y, test_size=0.2, stratify=y, random_state=0)
    draw(out, "scaling", lambda axes: axes.boxplot(X.select_dtypes("number").fillna(0)))
    some = np.random.default_rng(0).permutation(len(y))[: COMPARED if model == "auto" else None]
    models = candidates(len(some)) if model == "auto" else {model: for_lines(LogisticRegression(max_iter=1000))}
    best = compare(models, X.iloc[some], y[some], out)
    chosen = models[best[0]] if len(best) == 1 else VotingClassifier([(n, models[n]) for n in best[:3]], voting="soft")
    chosen.fit(X, y)
    joblib.dump(chosen, out / "model.joblib")
    strongest = lean_on(chosen, X_test.iloc[:1000], y_test[:1000], out)
    judge(chosen, X_test, y_test, strongest, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
