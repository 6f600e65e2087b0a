"""The words that the options of `preprocess` take."""

from __future__ import annotations

from typing import Literal

Preset = Literal["general", "linear", "tree", "minimal"]
ImputeNumeric = Literal["median", "mean", "most-frequent", "constant", "knn", "iterative", "none"]
ImputeCategorical = Literal["most-frequent", "constant", "none"]
Outliers = Literal["none", "clip", "drop"]
OutlierRule = Literal["iqr", "quantile"]
Scale = Literal["standard", "minmax", "robust", "maxabs", "quantile", "power", "none"]
Encode = Literal["onehot", "ordinal", "target", "count"]
Datetime = Literal["expand", "cyclic", "drop"]
Text = Literal["tfidf", "bow", "hash", "drop"]
Analyzer = Literal["word", "char", "jieba"]
StopWords = Literal["none", "english"]
Select = Literal["none", "variance", "kbest", "mutual-info", "l1", "rfe"]
Reduce = Literal["none", "pca", "svd"]
Resample = Literal[
    "none", "smote", "smotenc", "borderline-smote", "svm-smote", "adasyn", "random-over", "random-under", "near-miss",
    "tomek", "smote-tomek", "smote-enn",
]  # fmt: skip
Augment = Literal["none", "jitter"]
