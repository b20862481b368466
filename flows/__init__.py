"""The pipeline: stages in folders, in the order the data walks; the modules here orchestrate them."""

import os

# Arrow chooses once, when it is loaded. Its own choice, mimalloc, asks the system for huge pages:
# a build then takes a sixth more memory, and fetching it 2 % more processor time.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
