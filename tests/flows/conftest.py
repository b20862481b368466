"""One orchestrator for the tests that run the flow in their own process."""

from collections.abc import Iterator

import pytest

from flows.orchestrator import set_up

set_up()


@pytest.fixture(scope="session")
def harness() -> Iterator[None]:
    """A temporary server with a database of its own."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
