"""Every setting of the service, read once from GOUJI_* environment variables into one frozen object."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self, TypeVar, get_type_hints

from gouji.extras import MissingExtra
from gouji.readers import require_second_reader
from gouji_service.cores import count_cores

PREFIX = "GOUJI_"
_SHORTEST_KEY = 16  # letters
_T = TypeVar("_T")


class SettingError(ValueError):
    """A GOUJI_* variable that cannot be used."""


def _says(en: str, zh: str) -> dict[str, str]:
    return {"says": en, "says_zh": zh}


def _setting(default: _T, says: str, says_zh: str) -> _T:
    """A field with its default and what it is for, in English and Chinese."""
    return field(default=default, metadata=_says(says, says_zh))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field a variable: `max_bytes` is GOUJI_MAX_BYTES. Times in seconds, sizes in bytes."""

    host: str = _setting("127.0.0.1", "address to listen on", "监听地址")
    port: int = _setting(8000, "port to listen on", "监听端口")
    hosts: str = _setting(
        "",
        "names that this server answers to, with commas, besides IP addresses, localhost and names without a dot; "
        "requests under other names, and writing requests of pages elsewhere, are refused",
        "本服务应答的主机名,以逗号分隔;IP 地址、localhost 与不含点的名称总是可用,其他一律拒绝",
    )
    data_dir: Path = field(
        default=Path("data"),
        metadata=_says("where what is kept is kept; made when first needed", "数据目录,首次使用时建立"),
    )
    database_url: str = _setting(
        "",
        "SQLAlchemy URL of a PostgreSQL or SQLite database; empty: SQLite, `gouji.db` in the data folder",
        "PostgreSQL 或 SQLite 的地址;空:数据目录中的 SQLite 文件 gouji.db",
    )
    database_wait: float = _setting(
        10.0, "seconds that a writer waits for another one before it hears `busy`", "写入时等待其他写入者的秒数"
    )
    documents: str = _setting(
        "database",
        "where original bytes are kept: `database`, or `disk`: in `documents` of the data folder",
        "原件存放处:database 或 disk(数据目录下的 documents)",
    )
    max_bytes: int = _setting(20 * 1024 * 1024, "bytes of one source, at most", "单个来源的字节上限")
    max_batch_bytes: int = _setting(
        512 * 1024 * 1024, "bytes of all sources of one batch, at most", "一批来源的总字节上限"
    )
    max_batch_files: int = _setting(2000, "sources of one batch, at most", "一批来源的个数上限")
    request_timeout: float = _setting(
        120.0,
        "seconds of one parse, after which its process is ended; OCR of a long scan takes minutes",
        "单次解析的秒数上限",
    )
    reading_memory: int = _setting(
        2**30, "bytes of memory that reading one PDF, picture or Office file may take", "读取单个二进制文件的内存上限"
    )
    parse_workers: int = _setting(
        0, "processes that parse; 0: one a core that this process may use", "解析进程数;0:可用的每个核一个"
    )
    parse_queue: int = _setting(
        16, "requests that may wait for a process; others hear `busy`", "可排队的请求数,超出者得到 busy"
    )
    retry_after: int = _setting(2, "seconds that `busy` tells a caller to wait", "busy 时请调用者等待的秒数")
    review_below: float = _setting(0.95, "reports under this confidence need a review", "置信度低于此值的报告需复核")
    second_reader: str = _setting(
        "",
        "`pdfplumber` reads each PDF once more; cells that it reads otherwise are doubtful",
        "pdfplumber:每份 PDF 再读一遍,两者不一致的单元格记为存疑",
    )
    job_workers: int = _setting(
        1,
        "re-parse jobs worked on at once by one server; 0 leaves them to `gouji worker`",
        "服务同时处理的重解析作业数",
    )
    job_lease: float = _setting(
        60.0, "seconds of silence after which what a worker holds is taken over", "工作进程失联多少秒后由他人接手"
    )
    api_keys: str = field(
        default="",
        repr=False,
        metadata=_says(
            "keys that callers need, between commas, each NAME:KEY or KEY; empty: no key is needed",
            "调用所需密钥,以逗号分隔,每项为 名称:密钥 或 密钥;空:不需密钥",
        ),
    )
    api_keys_file: str = _setting("", "a file of such keys, one a line", "密钥文件,每行一个")
    user_header: str = _setting(
        "",
        "header in which a proxy that knows its users names them, as X-Remote-User; heeded from trusted proxies alone",
        "由代理给出用户名的请求头,如 X-Remote-User;仅接受受信代理",
    )
    trusted_proxies: str = _setting(
        "127.0.0.1,::1", "addresses or networks of those proxies, between commas", "受信代理的地址或网段,以逗号分隔"
    )
    open: int = _setting(
        0, "1: serve everybody on an address that others reach, without any key", "1:无密钥也可在对外地址提供服务"
    )
    log_level: str = _setting("info", "of the server's log: debug, info, warning, error", "日志级别")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the variables of this process, or of the mapping given. Raises SettingError naming the variable."""
        environment = os.environ if environment is None else environment
        types = get_type_hints(cls)
        read: dict[str, object] = {}
        for one in fields(cls):
            variable = PREFIX + one.name.upper()
            printed = environment.get(variable, "").strip()
            if printed:
                try:
                    read[one.name] = types[one.name](printed)
                except ValueError as error:
                    raise SettingError(f"{variable}={printed!r} is not a {types[one.name].__name__}") from error
        settings = cls(**read)  # type: ignore[arg-type]
        settings.check()
        return settings

    def check(self) -> None:
        """Raise SettingError for a value out of its range."""
        ranges = {
            "port": (0, 65535),
            "database_wait": (0, None),
            "max_bytes": (1, None),
            "max_batch_bytes": (1, None),
            "max_batch_files": (1, 100_000),
            "request_timeout": (0.001, None),
            "reading_memory": (2**28, None),
            "parse_workers": (0, 256),
            "parse_queue": (0, None),
            "retry_after": (0, None),
            "review_below": (0, 1),
            "job_workers": (0, 256),
            "job_lease": (0.001, None),
            "open": (0, 1),
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

        try:
            for network in filter(None, self.trusted_proxies.split(",")):
                ipaddress.ip_network(network.strip(), strict=False)
        except ValueError as error:
            raise SettingError(f"{PREFIX}TRUSTED_PROXIES: {error}") from error
        self.keys  # noqa: B018  # raises for those that cannot be used

    @property
    def keys(self) -> Mapping[str, str]:
        """Name -> key; a key without a name is called key1, key2 and so on. Raises SettingError, telling no key."""
        listed = [part.strip() for part in self.api_keys.split(",")]
        if self.api_keys_file:
            try:
                listed += [line.strip() for line in Path(self.api_keys_file).read_text("utf-8").splitlines()]
            except (OSError, UnicodeError) as error:
                raise SettingError(f"{PREFIX}API_KEYS_FILE={self.api_keys_file!r}: {error}") from error
        found: dict[str, str] = {}
        for number, said in enumerate((one for one in listed if one and not one.startswith("#")), 1):
            name, colon, key = said.partition(":")
            name, key = (name.strip(), key.strip()) if colon else (f"key{number}", said)
            if len(key) < _SHORTEST_KEY or not name or name in found:
                raise SettingError(
                    f"{PREFIX}API_KEYS: key {number} has no name of its own, or fewer than {_SHORTEST_KEY} letters"
                )
            found[name] = key
        return found

    @property
    def is_public(self) -> bool:
        """Whether other machines reach the address that is listened on."""
        try:
            return not ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host != "localhost"

    @property
    def asks_for_key(self) -> bool:
        """Whether a caller has to say who it is."""
        return bool(self.keys or self.user_header)

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
