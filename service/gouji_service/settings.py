"""Every setting of the service, read once from GOUJI_* environment variables into one frozen object."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self, get_type_hints

from gouji.extras import MissingExtra
from gouji.readers import require_second_reader
from gouji_service.cores import count_cores

PREFIX = "GOUJI_"
ROOT = Path(__file__).resolve().parent.parent


class SettingError(ValueError):
    """A GOUJI_* variable that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field a variable: `max_bytes` is GOUJI_MAX_BYTES. Times in seconds, sizes in bytes."""

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path("data")  # made when first needed
    database_url: str = ""  # empty: sqlite:///<data_dir>/gouji.db
    database_wait: float = 10.0  # how long a writer waits for another one before it is told `busy`
    documents: str = "database"  # where original bytes are kept; disk: in <data_dir>/documents
    max_bytes: int = 20 * 1024 * 1024
    request_timeout: float = 120.0  # of one parse; OCR of a long scan takes minutes on one core
    parse_workers: int = 0  # processes that parse; 0: one a core that this process may use
    parse_queue: int = 16  # requests that may wait for a worker before others hear `busy`
    retry_after: int = 2  # what `busy` tells the caller to wait
    review_below: float = 0.95  # reports under this confidence need a review
    second_reader: str = ""  # pdfplumber: reads each PDF once more; cells that it reads otherwise are doubtful
    job_workers: int = 1  # re-parse jobs worked on at once by one server; 0: leave them to `service worker`
    job_lease: float = 60.0  # a job whose worker was silent for so long is taken over
    log_level: str = "info"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the variables of this process, or of the mapping given. Raises SettingError naming the variable."""
        environment = os.environ if environment is None else environment
        types = get_type_hints(cls)
        read: dict[str, object] = {}
        for field in fields(cls):
            variable = PREFIX + field.name.upper()
            printed = environment.get(variable, "").strip()
            if printed:
                try:
                    read[field.name] = types[field.name](printed)
                except ValueError as error:
                    raise SettingError(f"{variable}={printed!r} is not a {types[field.name].__name__}") from error
        settings = cls(**read)  # type: ignore[arg-type]
        settings.check()
        return settings

    def check(self) -> None:
        """Raise SettingError for a value out of its range."""
        ranges = {
            "port": (0, 65535),
            "database_wait": (0, None),
            "max_bytes": (1, None),
            "request_timeout": (0.001, None),
            "parse_workers": (0, 256),
            "parse_queue": (0, None),
            "retry_after": (0, None),
            "review_below": (0, 1),
            "job_workers": (0, 256),
            "job_lease": (0.001, None),
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not value >= low or (high is not None and not value <= high):  # `not`: a NaN is out of every range
                bounds = f"at least {low}" if high is None else f"from {low} to {high}"
                raise SettingError(f"{PREFIX}{name.upper()} must be {bounds}, not {value}")
        if self.second_reader:
            try:
                require_second_reader(self.second_reader)
            except (ValueError, MissingExtra) as error:
                raise SettingError(f"{PREFIX}SECOND_READER={self.second_reader!r}: {error}") from error
        if self.documents not in ("database", "disk"):
            raise SettingError(f"{PREFIX}DOCUMENTS must be database or disk, not {self.documents!r}")

    @property
    def documents_dir(self) -> Path | None:
        """The folder of original bytes; None keeps them in the database."""
        return self.data_dir.absolute() / "documents" if self.documents == "disk" else None

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in use."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'gouji.db'}"

    @property
    def workers(self) -> int:
        """Processes that parse."""
        return self.parse_workers or count_cores()
