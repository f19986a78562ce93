"""Data sets in: an importer for each (datasets/), and the runner that brings what it makes of a file into the graph.

An importer is a module of datasets/, or of a project, with a constant IMPORTER (see model.py). What it says of a file goes
three steps, each a pure function:

    files -> rows      Importer.rows: each row with its line; what cannot be read as one is a Refusal. tables.py reads CSV and JSON.
    rows -> records    Importer.records: what one row, or a few that belong together, says: things described by the keys that
                       records in YAML have too (`record.describe(...)`). A row that cannot be understood is a Refusal.
    records -> quads   model.Record, by ontology/context.jsonld; no importer builds quads by hand.

The runner (runner.py) does the rest, the same for all: it compares with what the last import left (spool.py), checks, commits
once, and says which rows were added, corrected and gone. So an importer holds no state, writes nothing, and given the same
files it says the same, in any order of rows: IRIs are made of what names the row in its data set, never of its line or the day.

It never invents: a missing count is no claim, a day without an hour is two bounds, a doubt is a Refusal. docs/importing.md
has a whole example.
"""
