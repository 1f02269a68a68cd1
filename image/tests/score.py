"""What was proved, line by line; the last line counts."""

import sys
import traceback


class Score:
    def __init__(self):
        self.passed = self.failed = 0

    def prove(self, sentence, check):
        """Runs a check; what it gives, if anything, is shown beside the sentence."""
        try:
            found = check()
        except Exception as error:
            self.failed += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            print(f"FAILED  {sentence}: {type(error).__name__}: {error} ({where.name}, line {where.lineno})", flush=True)
            return None
        self.passed += 1
        print(f"passed  {sentence}" + (f": {found}" if isinstance(found, str) else ""), flush=True)
        return found

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)
