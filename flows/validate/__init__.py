"""Checks that gate a release: pandera per table, DuckDB across tables."""
