"""The story that must work, told by the unmodified OpenMetadata SDK of both lines.

Each step is a test in `tests/compat/story/`, run by the SDK environment's own pytest; here each one
is read back from that run's report.
"""

import pytest

pytestmark = pytest.mark.compat


def test_the_sdk_tells(telling, line, step):
    fault = telling(line).fault(step)
    if fault:
        pytest.fail(fault, pytrace=False)
