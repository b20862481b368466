"""The pipeline: stages in folders, in the order the data walks; the modules here orchestrate them."""
