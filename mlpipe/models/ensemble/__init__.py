"""Several fitted estimators that answer as one."""
