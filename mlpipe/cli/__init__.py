"""The command line: options, one step call, one show."""
