"""What the dispatch engine does."""
