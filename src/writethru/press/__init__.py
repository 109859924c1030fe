"""Renders every public page, feed and fragment: one function a kind, rows in, bytes out."""
