"""One pure reader for each wire format: bytes in, items out."""
