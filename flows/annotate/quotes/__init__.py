"""Who said what: marks, cues, attribution, speakers."""
