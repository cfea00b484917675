"""Wrong calls of the library itself."""

import fuzz_calls


def test_random_calls_end_in_a_status():
    counts = fuzz_calls.main(4000, 1)
    # most kinds of call are right now and then, and most are wrong now and then
    assert counts[0] > 800 and counts[1] > 200 and counts[2] > 200
