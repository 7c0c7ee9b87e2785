"""`python -m gouji`: the command line, which is the service's."""

import sys

from gouji_service.cli import main

if __name__ == "__main__":
    sys.exit(main())
