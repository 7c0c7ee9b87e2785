"""A command line that tells its errors in English and Chinese."""

import argparse
from typing import NoReturn

from gouji_service.wording import say


class Parser(argparse.ArgumentParser):
    """argparse's, whose errors end with where to read on, in both languages. Its own sentences are English."""

    def error(self, message: str) -> NoReturn:
        super().error(f"{message} ({say('see_help', command=self.prog).both})")
