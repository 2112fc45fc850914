"""Runs every test beside this file; the last line is "N passed, M failed"."""

import os
import sys
import unittest


def main():
    folder = os.path.dirname(os.path.abspath(__file__))
    result = unittest.TextTestRunner(verbosity=2).run(unittest.TestLoader().discover(folder))
    # A test fails once, however many of its subtests do.
    tests = {getattr(test, "test_case", test) for test, _ in result.failures + result.errors}
    failed = len(tests)
    if result.testsRun == 0 and not failed:
        failed = 1
    print(f"{max(result.testsRun - failed, 0)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
