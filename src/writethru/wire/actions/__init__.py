"""What changes the wire's rows; here the names that other apps take items in by."""

from writethru.wire.actions.take import Taken, fingerprint, open_source, storable, take_document, take_item

__all__ = ["Taken", "fingerprint", "open_source", "storable", "take_document", "take_item"]
