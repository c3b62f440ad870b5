"""Documents sent into chats: which kind a file is, by what is in it. Blocking: runs in a thread.

Source: kenar.md 5.4 (pdf, doc, docx, xls, xlsx, ppt, pptx); ISO 32000 7.5 (PDF), [MS-CFB] 2.2
(the older Office files), ECMA-376 part 2 (the newer ones).
"""

import zipfile
import zlib
from typing import IO, Final

from dalan.domains.media.errors import UnreadableFile

_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS: Final = {
    "doc": "WordDocument",
    "xls": "Workbook",
    "ppt": "PowerPoint Document",
}
"""What the stream that makes the document is called in the folder of a compound file."""

_PARTS: Final = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
_MEMBERS_MAX: Final = 10_000
_UNPACKED_BYTES_MAX: Final = 500_000_000
"""Of what an Office file says its parts take together. We unpack nothing; its reader will."""

_TAIL_BYTES: Final = 2_048


def kind_of_document(file: IO[bytes], size_bytes: int) -> str:
    """The end of the file's name its bytes ask for, such as ``pdf``.

    Raises ``UnreadableFile`` for other files, cut ones, and ones that carry macros.
    """
    file.seek(0)
    head = file.read(8)
    if head.startswith(b"%PDF-"):
        file.seek(max(0, size_bytes - _TAIL_BYTES))
        if b"%%EOF" not in file.read(_TAIL_BYTES):
            raise UnreadableFile("the PDF is not whole", reason="broken")
        return "pdf"
    if head == _COMPOUND:
        return _compound(file)
    if head.startswith(b"PK\x03\x04"):
        return _package(file)
    raise UnreadableFile("not a PDF, Word, Excel or PowerPoint file", reason="unknown_type")


def _compound(file: IO[bytes]) -> str:
    file.seek(0)
    data = file.read()  # 5 MB at most
    found = [end for end, name in _STREAMS.items() if name.encode("utf-16-le") in data]
    if len(data) < 1_536 or not found:
        raise UnreadableFile("not a Word, Excel or PowerPoint file", reason="unknown_type")
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise UnreadableFile("documents with macros are not taken", reason="unknown_type")
    return found[0]


def _package(file: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(file) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError,
            EOFError, OverflowError) as error:  # fmt: skip
        raise UnreadableFile("the document is damaged or not whole", reason="broken") from error
    names = {member.filename for member in members}
    found = [end for end, part in _PARTS.items() if part in names]
    if len(members) > _MEMBERS_MAX or sum(one.file_size for one in members) > _UNPACKED_BYTES_MAX:
        raise UnreadableFile("the document unpacks to more than we take", reason="broken")
    if not found or "[Content_Types].xml" not in names:
        raise UnreadableFile("not a Word, Excel or PowerPoint file", reason="unknown_type")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableFile("documents with macros are not taken", reason="unknown_type")
    return found[0]
