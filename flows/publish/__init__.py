"""From parts to a release: tables, manifest, metadata, report, atomic swap."""
