"""Sources, and the items that they send."""
