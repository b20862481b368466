"""Inputs to raw articles: bytes untouched, metadata as given and parsed, refusals as records."""
