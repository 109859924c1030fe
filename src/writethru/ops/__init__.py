"""Commands for the one person who runs the server."""
