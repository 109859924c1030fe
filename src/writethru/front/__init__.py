"""What answers readers when no baked file does: forms, redirects, the store's pages on a trial server."""
