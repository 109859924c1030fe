"""Leaves, one noun each."""
