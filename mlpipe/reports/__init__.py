"""Results in, Markdown and HTML out."""
