"""One thin file a command: options, one step, one show."""
