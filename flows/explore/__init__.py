"""The explorer: a local, read-only web app over a release; a consumer of it, no stage."""
