"""Measure Almanac against its budgets, beside what it is compared with, in one run: `make bench`.

Nothing here is a timed test: figures move with the machine, so ratios of one run are what counts.
"""
