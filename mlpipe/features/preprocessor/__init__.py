"""From a plan to a pipeline, its matrix and the names of its features."""
