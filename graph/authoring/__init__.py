"""What helps people write records: drafts, offsets for evidence, records of new versions, new projects."""
