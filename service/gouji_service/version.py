"""The version of the code, from the installed package."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("gouji")
except PackageNotFoundError:  # run from a checkout that was never installed
    VERSION = "0+unknown"
