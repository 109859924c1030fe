"""What the long proofs stand on: stores of their own, a seed that is said, and how long they are to be."""

import os
import random
from collections.abc import Iterator

import pytest

from prove.stores import Stores


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    made = Stores(tmp_path_factory.mktemp("stores"), os.environ.get("DATABASE_URL", ""))
    yield made
    made.remove()


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Return the proof's own source of chance: the same at every run, another one with SEED=…."""
    seed = f"{os.environ.get('SEED', '1')}:{request.node.name}"
    print(f"seed {seed}")
    return random.Random(seed)
