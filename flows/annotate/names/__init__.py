"""Which person or organisation a mention means."""
