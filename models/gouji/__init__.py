"""Recovers the three tables of a 政府信息公开工作年度报告: `from gouji import recover`.

What is named here is loaded when it is first asked for: `import gouji` alone reads no other module of the library.
"""

import importlib
import os
from typing import TYPE_CHECKING, Any

from gouji.version import VERSION

if TYPE_CHECKING:
    from gouji.document import SourceError
    from gouji.recovery import recover, recover_all
    from gouji.results import Recovery

# One thread a worker: the matrices here are small, and threads of BLAS that wait for each other cost more than they
# give. It has to be said before numpy is imported; whoever sets it otherwise is not overruled.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = VERSION
__all__ = ["Recovery", "SourceError", "__version__", "recover", "recover_all"]

_HOMES = {
    "Recovery": "gouji.results",
    "SourceError": "gouji.document",
    "recover": "gouji.recovery",
    "recover_all": "gouji.recovery",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
