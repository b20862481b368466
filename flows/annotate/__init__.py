"""Paragraphs to parses, entities, names and quotes."""
