"""Imports on a cluster: an importer's functions and the gate, unchanged, over partitions of the rows.

partitions.py   which rows belong together, and the files read again by partition
work.py         what is done with one partition, in whatever process: records, quads, what the shapes say
workers.py      the workers of a Dask scheduler, given partition after partition
divided.py      an import done so, from files to a commit or to parts
parts.py        what comes of it as files of sorted N-Quads, for the bulk loader of any store
"""
