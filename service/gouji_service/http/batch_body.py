"""The body of `POST /batches` -> its sources: files of a form, and what is in archives, within limits."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from starlette.datastructures import UploadFile

from gouji_service.commands.folders import name_litter
from gouji_service.jobs.batches import Sent
from gouji_service.wording import Said, say

ARCHIVES = ("application/zip", "application/x-zip-compressed")
_MOST_RATIO = 200  # times that an archive may grow; text of tables grows tenfold
_UTF8, _ENCRYPTED = 0x800, 0x1  # flags of a member


@dataclass(frozen=True, slots=True)
class Limits:
    """bytes of one source, sources of a batch, bytes of all sources together."""

    source: int
    files: int
    total: int


class BatchTooLarge(Exception):
    """More sources or bytes than a batch may have. Its argument is a sentence."""


def is_archive(name: str, media_type: str | None) -> bool:
    """Whether a file stands for what is in it. DOCX and XLSX are archives too, and are sources."""
    return name.lower().endswith(".zip") or media_type in ARCHIVES


def read_sources(files: list[UploadFile], limits: Limits) -> Iterator[Sent]:
    """The sources of a form, those of its archives in their place. Raises BatchTooLarge on the way."""
    count = total = 0
    for file in files:
        name, kind = file.filename or "", (file.content_type or "").partition(";")[0].strip().lower() or None
        if is_archive(name, kind):
            found = _read_archive(file.file, name, limits, total)
        else:
            found = iter([_read_file(file.file, name, None if kind == "application/octet-stream" else kind, limits)])
        for sent in found:
            count, total = count + 1, total + len(sent.data)
            if count > limits.files:
                raise BatchTooLarge(say("batch_of_too_many", limit=limits.files))
            if total > limits.total:
                raise BatchTooLarge(say("source_too_large", limit=limits.total))
            yield sent


def _read_file(file: IO[bytes], name: str, media_type: str | None, limits: Limits) -> Sent:
    placed = place(name)
    if placed is None:
        return _refused(name, "bad_request", say("path_leads_out"))
    data = file.read(limits.source + 1)
    if len(data) > limits.source:
        return _refused(placed[0], "too_large", say("source_too_large", limit=limits.source))
    return Sent(data, *placed, declared_type=media_type)


def _read_archive(file: IO[bytes], name: str, limits: Limits, before: int) -> Iterator[Sent]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > limits.files:
                raise BatchTooLarge(say("batch_of_too_many", limit=limits.files))
            room = limits.total - before
            for member in members:
                parts = member_name(member).replace("\\", "/").split("/")
                if any(name_litter(part) for part in parts if part not in ("", ".", "..")):
                    continue
                sent = _read_member(archive, member, limits)
                room -= len(sent.data)
                if room < 0:
                    raise BatchTooLarge(say("source_too_large", limit=limits.total))
                yield sent
    except (zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
        yield _refused(name, "unreadable", say("archive_broken", error=error))


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> Sent:
    name = member_name(member)
    placed = place(name)
    if placed is None:
        return _refused(name, "bad_request", say("path_leads_out"))
    if member.flag_bits & _ENCRYPTED:
        return _refused(placed[0], "unreadable", say("archive_encrypted"))
    if member.file_size > limits.source or member.file_size > _MOST_RATIO * max(member.compress_size, 512):
        return _refused(placed[0], "too_large", say("source_too_large", limit=limits.source))
    try:
        with archive.open(member) as file:
            data = file.read(member.file_size + 1)  # never more than it declared
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        return _refused(placed[0], "unreadable", say("archive_broken", error=error))
    return Sent(data, *placed)


def member_name(member: zipfile.ZipInfo) -> str:
    """The name of a member. Windows in Chinese writes GBK without saying so, which zipfile takes for code page 437."""
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def place(name: str) -> tuple[str, str | None] | None:
    """Name and path below the batch; None for a path that leads out of it. The path is kept as text, never opened."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0]:
        return None
    return parts[-1], "/".join(parts) if len(parts) > 1 else None


def _refused(name: str, code: str, said: Said) -> Sent:
    return Sent(b"", name or "?", failed=f"{code}: {said}")
