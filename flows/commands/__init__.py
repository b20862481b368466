"""The commands of `onrecord`, one a module; cli.py puts them together."""
