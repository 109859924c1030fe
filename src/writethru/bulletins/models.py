"""Rows of alerts, editions and dispatches. There are none yet; the import contract holds this place on the map."""
