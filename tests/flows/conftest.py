"""One orchestrator for all tests of the flow; nothing else in the tests starts one."""

from collections.abc import Iterator

import pytest

from flows.orchestrator import set_up

set_up()


@pytest.fixture(scope="session", autouse=True)
def harness() -> Iterator[None]:
    """A temporary server with a database of its own."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
