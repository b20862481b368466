"""Exports: a release in the formats that other tools read."""
