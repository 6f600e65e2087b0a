"""Two examples or more for each command, and the page of the guide that tells more."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "run": (
        "mlpipe run sample_data/customers.csv --target churned --id customer_id",
        "mlpipe run data.csv --target price --model hist-gradient-boosting -o prices --open",
        "mlpipe run mlpipe.toml --dry-run",
    ),
    "inspect": (
        "mlpipe inspect data.csv --target churned -o profile",
        "mlpipe inspect new.csv --against profile --fail-on error",
    ),
    "split": (
        "mlpipe split data.csv --target churned --id customer_id -o split",
        "mlpipe split data.csv --columns profile/columns.toml -o split",
        "mlpipe split sales.csv --target amount --time date --test-size 0.1 -o split",
    ),
    "preprocess": (
        "mlpipe preprocess split -o prep",
        "mlpipe preprocess split --preset linear --resample smote -o prep",
        "mlpipe preprocess split --show-plan > recipe.toml",
    ),
    "train": (
        "mlpipe train prep -o model",
        "mlpipe train prep --model logistic -p C=10 --cv 5 -o model",
        "mlpipe train prep --quality best --time-budget 600 --metric f1 -o model",
    ),
    "tune": (
        "mlpipe tune prep --model hist-gradient-boosting --trials 50 -o tuned",
        "mlpipe tune prep --time-budget 600 --metric roc_auc -o tuned",
    ),
    "evaluate": (
        "mlpipe evaluate model -o evaluation",
        "mlpipe evaluate model labelled.csv --fail-under roc_auc:low=0.7 -o evaluation",
    ),
    "compare": (
        "mlpipe compare model other/model",
        "mlpipe compare model other/model --metric f1 --fail-if-worse -o comparison",
    ),
    "predict": (
        "mlpipe predict model new.csv --proba -o predictions.csv",
        "cat new.csv | mlpipe predict model - > predictions.csv",
        "mlpipe predict model new.csv --max-unseen 0.01 --contract contract.json -o predictions.parquet",
    ),
    "drift": (
        "mlpipe drift model new.csv",
        "mlpipe drift model new.csv --time date -o drift",
    ),
    "audit": (
        "mlpipe audit out/model",
        "mlpipe audit train.csv test.csv --target churned --id customer_id",
    ),
    "verify": ("mlpipe verify out/model", "mlpipe verify out/profile out/split out/prep out/model"),
    "sign": (
        "mlpipe sign out/model --key-file secret.key",
        "mlpipe sign out/split out/prep out/model --key-file secret.key",
    ),
    "export": (
        "mlpipe export model --format script -o predict.py",
        "mlpipe export model --format onnx -o model.onnx",
    ),
    "serve": ("mlpipe serve model", "mlpipe serve model --port 9000 --workers 2"),
    "models": ("mlpipe models --task regression", "mlpipe models logistic"),
    "metrics": ("mlpipe metrics", "mlpipe metrics --task regression --json"),
    "init": ("mlpipe init churn --data data.csv --target churned", "mlpipe init . --force"),
    "docs": ("mlpipe docs", "mlpipe docs leakage", "mlpipe docs MLP304"),
}
PAGES: dict[str, str] = {
    "run": "first-hour",
    "inspect": "reading-csv",
    "split": "columns-and-roles",
    "preprocess": "preprocessing",
    "train": "models-and-tuning",
    "tune": "models-and-tuning",
    "evaluate": "evaluation-and-gates",
    "compare": "evaluation-and-gates",
    "predict": "six-steps",
    "drift": "drift-and-audit",
    "audit": "drift-and-audit",
    "verify": "security",
    "sign": "security",
    "export": "serving",
    "serve": "serving",
    "models": "models-and-tuning",
    "metrics": "metrics",
    "init": "makefile-dvc-ci",
}
"""The page that tells more of a command."""
