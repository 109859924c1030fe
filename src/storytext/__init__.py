"""The text engine: which item is a take of which report, which story a report belongs to, and why.

Pure: strings and numbers in, decisions out. No Django, clock, disk, network, log or random.
"""
