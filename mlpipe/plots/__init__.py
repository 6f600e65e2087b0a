"""Arrays in, matplotlib figures out; no pyplot state, no files."""

import logging

# While it is imported, matplotlib logs where its cache goes when the home cannot be written to.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
