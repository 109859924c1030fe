"""Running news stories that readers follow, made from wires, with no report told twice."""

__version__ = "0.1.0"
