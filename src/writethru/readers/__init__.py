"""Accounts, readers, follows, consent, insights."""
