"""What `--help` shows beside what typer knows: panels, words for values, examples."""
