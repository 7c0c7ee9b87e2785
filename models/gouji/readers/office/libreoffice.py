"""LibreOffice as a program that is not believed: no network, no file but its own folder and what it is made of.

Word files name pictures, sections and other files by address, and LibreOffice fetches them. The system refuses that
where it can (processes/offline.py, processes/confined.py); its own settings refuse it everywhere else.
"""

import hashlib
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

from gouji.document import ReadingTimeout
from gouji.processes.confined import confine_files
from gouji.processes.offline import go_offline

_LARGEST = 256 * 2**20  # bytes of one file that it writes
_SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/proc", "/sys/devices/system/cpu"),
    *("/etc/fonts", "/etc/libreoffice", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/locale.alias"),
    *("/var/cache/fontconfig", "/var/spool/libreoffice", "/var/lib/libreoffice"),
)
_ACCOUNTS = ("/etc/passwd", "/etc/group", "/etc/nsswitch.conf")  # without them it does not start
_DEVICES = ("/dev/null", "/dev/urandom", "/dev/random", "/dev/zero")
_SOCKETS = Path("/tmp")  # where it makes the socket by which a second start of it would find the first
_NOWHERE = "127.0.0.1"
_PORT = 9  # discard: nothing listens there
# what its own settings say: node, property, value
_INTERNET, _SCRIPTING = "org.openoffice.Inet/Settings", "org.openoffice.Office.Common/Security/Scripting"
_SETTINGS = (
    (_INTERNET, "ooInetProxyType", "2"),  # 2: those that follow
    (_INTERNET, "ooInetNoProxy", ""),
    *((_INTERNET, f"ooInet{kind}ProxyName", _NOWHERE) for kind in ("HTTP", "HTTPS", "FTP")),
    *((_INTERNET, f"ooInet{kind}ProxyPort", str(_PORT)) for kind in ("HTTP", "HTTPS", "FTP")),
    *((_SCRIPTING, name, "true") for name in ("BlockUntrustedRefererLinks", "DisableMacrosExecution")),
    (_SCRIPTING, "DisableActiveContent", "true"),
    (_SCRIPTING, "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),  # never
)
_ITEM = '<item oor:path="/{0}"><prop oor:name="{1}" oor:op="fuse"><value>{2}</value></prop></item>'
_HEAD = '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'


def find_libreoffice() -> str | None:
    """The path of the program; None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def run_libreoffice(program: str, folder: Path, arguments: list[str], seconds: float) -> None:
    """Run LibreOffice in a folder of its own, which is all that it may write. Raises ReadingTimeout."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    items = "".join(_ITEM.format(*setting) for setting in _SETTINGS)
    (profile / "registrymodifications.xcu").write_text(f"{_HEAD}{items}</oor:items>", encoding="utf-8")
    own = Path(program).resolve().parents[1]  # …/libreoffice/program/soffice
    readable = [*map(Path, (*_SYSTEM, *_ACCOUNTS, *_DEVICES)), own]

    def confine() -> None:
        """In the new process, before the program: it has one thread, and nothing here waits for another."""
        go_offline()
        confine_files([folder, Path("/dev/null")], readable, [_SOCKETS])
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST, _LARGEST))

    command = [
        program,
        "--headless",
        "--norestore",
        "--nolockcheck",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
    ]
    nowhere = f"http://{_NOWHERE}:{_PORT}"
    environment = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if name in os.environ
    }
    environment |= dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), nowhere)
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "no_proxy": ""}
    try:
        subprocess.run(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            cwd=folder,
            env=environment,
            preexec_fn=confine if sys.platform == "linux" else None,  # the worker has one thread
        )
    except subprocess.TimeoutExpired as error:
        raise ReadingTimeout(f"LibreOffice did not end within {seconds:g} seconds") from error
    finally:
        _socket_of((folder / "profile").as_uri()).unlink(missing_ok=True)  # it may not remove it itself


def _socket_of(profile: str) -> Path:
    """The socket of a profile: named by the digest of its address, without the leading zeros of its bytes."""
    digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
    return _SOCKETS / f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{''.join(format(byte, 'x') for byte in digest)}"
