"""Benches: each prints a table measured in one run, on SQLite in a folder that goes with it. `make bench` runs all."""
