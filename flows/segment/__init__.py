"""Cleaned text to paragraphs and sentences."""
