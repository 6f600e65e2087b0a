"""Keywords: what is made of columns and rows. Written by `python -m tests.api.keywords`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable


class PreprocessOptions(TypedDict, total=False):
    """Options of `preprocess`.

    Parameters
    ----------
    fill_value : str | float | None
        The constant of ``impute_`… constant`.
    outliers : Literal["none", "clip", "drop"] | None
        Clip numbers beyond the fences, or drop their training rows.
    outlier_rule : Literal["iqr", "quantile"] | None
        Fences: quartiles -/+ 3 times their distance, or the 1 % and 99 % quantiles.
    bins : int | None
        Cut numbers into so many quantile bins, one 0/1 feature each.
    scale : Literal["standard", "minmax", "robust", "maxabs", "quantile", "power", "none"] | None
        How numbers are scaled.
    encode : Literal["onehot", "ordinal", "target", "count"] | None
        How categories become numbers. Default: by their levels.
    min_frequency : float | None
        Levels rarer than this share of rows are grouped, in [0, 1).
    max_categories : int | None
        Most levels that one-hot gives a column of their own.
    datetime : Literal["expand", "cyclic", "drop"] | None
        Expand dates into parts, put the parts on circles, or drop dates.
    text : Literal["tfidf", "bow", "hash", "drop"] | None
        How text becomes numbers: TF-IDF, counts, hashed counts; or drop it.
    analyzer : Literal["word", "char", "jieba"] | None
        What text is cut into; jieba (Chinese words) needs mlpipe[zh].
    ngrams : str | Iterable[int] | None
        Shortest and longest run of words or characters: 1,2.
    stop_words : Literal["none", "english"] | None
        Common words that are left out.
    min_df : float | None
        Texts that must have a term: a share in (0, 1) or a number.
    max_df : float | None
        Texts that may have a term at most: a share in (0, 1] or a number.
    max_features : int | None
        Most terms of a column of text, the most frequent.
    polynomial : int
        Products of numbers up to this degree.
    interactions : bool
        Of these, only products of different numbers.
    select : Literal["none", "variance", "kbest", "mutual-info", "l1", "rfe"]
        Keep the best features only.
    select_k : int
        How many features to keep.
    reduce : Literal["none", "pca", "svd"]
        Replace all features by principal components, or by truncated SVD.
    components : int
        How many components to keep.
    resample : str
        Balance the classes of the training rows.
    resample_ratio : float | None
        Small classes over the largest, in (0, 1]. Default: 1.
    max_synthetic : int
        Most rows that resampling and augmenting may add.
    augment : Literal["none", "jitter"]
        Add noisy copies of the training rows.
    augment_copies : int
        Noisy copies of each training row.
    augment_scale : float
        Noise, as a share of each feature's standard deviation.
    seed : int
        Seed of everything random.
    preset : Literal["general", "linear", "tree", "minimal"]
        What is decided unless an option says otherwise.
    impute_numeric : Literal["median", "mean", "most-frequent", "constant", "knn", "iterative", "none"] | None
        What replaces missing numbers.
    impute_categorical : Literal["most-frequent", "constant", "none"] | None
        What replaces missing categories.
    missing_indicator : bool | None
        A 0/1 feature that says what was missing.
    """

    fill_value: str | float | None
    outliers: Literal["none", "clip", "drop"] | None
    outlier_rule: Literal["iqr", "quantile"] | None
    bins: int | None
    scale: Literal["standard", "minmax", "robust", "maxabs", "quantile", "power", "none"] | None
    encode: Literal["onehot", "ordinal", "target", "count"] | None
    min_frequency: float | None
    max_categories: int | None
    datetime: Literal["expand", "cyclic", "drop"] | None
    text: Literal["tfidf", "bow", "hash", "drop"] | None
    analyzer: Literal["word", "char", "jieba"] | None
    ngrams: str | Iterable[int] | None
    stop_words: Literal["none", "english"] | None
    min_df: float | None
    max_df: float | None
    max_features: int | None
    polynomial: int
    interactions: bool
    select: Literal["none", "variance", "kbest", "mutual-info", "l1", "rfe"]
    select_k: int
    reduce: Literal["none", "pca", "svd"]
    components: int
    resample: Literal[
        "none",
        "smote",
        "smotenc",
        "borderline-smote",
        "svm-smote",
        "adasyn",
        "random-over",
        "random-under",
        "near-miss",
        "tomek",
        "smote-tomek",
        "smote-enn",
    ]
    resample_ratio: float | None
    max_synthetic: int
    augment: Literal["none", "jitter"]
    augment_copies: int
    augment_scale: float
    seed: int
    preset: Literal["general", "linear", "tree", "minimal"]
    impute_numeric: Literal["median", "mean", "most-frequent", "constant", "knn", "iterative", "none"] | None
    impute_categorical: Literal["most-frequent", "constant", "none"] | None
    missing_indicator: bool | None
