"""SQLite as Django has it, but whoever waits to write is next."""
