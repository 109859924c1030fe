"""Sections, stories, reports, versions, entries: folding, filing, publishing."""
