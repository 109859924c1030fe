"""What readers do, and what the house does about it."""
