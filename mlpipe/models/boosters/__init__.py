"""Boosting libraries that are optional installs (`mlpipe[boost]`), as scikit-learn estimators of ours."""
