"""Newsletters, alerts, webhooks, the dispatch ledger."""
