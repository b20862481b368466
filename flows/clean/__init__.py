"""Raw articles to cleaned ones: encoding, layout, boilerplate, title, duplicates, alignment."""
