"""What a write means, above any engine: evaluated on a copy, its blank nodes named, checked, then committed."""
