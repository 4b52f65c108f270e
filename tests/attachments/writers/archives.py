"""Archives by Python's own modules, py7zr and the program 7z."""

import bz2
import gzip
import io
import lzma
import os
import pathlib
import subprocess
import tarfile
import tempfile
import zipfile

import docx
import msoffcrypto
import openpyxl
import py7zr
from backports import zstd

from plan import DIGITS, LABELLED, place

TEXT = (LABELLED + "\n").encode()


def archive(name, **expected):
    """The function gives the bytes of the file."""

    def wrap(make):
        def write(path):
            pathlib.Path(path).write_bytes(make())

        write.__doc__ = make.__name__.replace("_", " ")
        return place("archives", name, **expected)(write)

    return wrap


def zipped(files, method=zipfile.ZIP_DEFLATED, comment=b""):
    bytes_ = io.BytesIO()
    with zipfile.ZipFile(bytes_, "w", method) as file:
        for name, content in files.items():
            file.writestr(name, content)
        file.comment = comment
    return bytes_.getvalue()


def tarred(mode="w", style=tarfile.PAX_FORMAT):
    bytes_ = io.BytesIO()
    with tarfile.open(fileobj=bytes_, mode=mode, format=style) as file:
        member = tarfile.TarInfo("folder/note.txt")
        member.size = len(TEXT)
        file.addfile(member, io.BytesIO(TEXT))
    return bytes_.getvalue()


def seven(*options, ending="7z", files=None):
    """By the program 7z."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (files or {"note.txt": TEXT}).items():
            pathlib.Path(folder, name).write_bytes(content)
        made = f"made.{ending}"
        command = ["7z", "a", "-bd", "-y", f"-t{ending}", *options, made, *os.listdir(folder)]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return pathlib.Path(folder, made).read_bytes()


def py_seven(**options):
    bytes_ = io.BytesIO()
    with py7zr.SevenZipFile(bytes_, "w", **options) as file:
        file.writestr(TEXT, "note.txt")
    return bytes_.getvalue()


def letter():
    bytes_ = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(LABELLED)
    document.save(bytes_)
    return bytes_.getvalue()


def workbook():
    bytes_ = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["NHS No", int(DIGITS)])
    book.save(bytes_)
    return bytes_.getvalue()


def by_password(content):
    plain, locked = io.BytesIO(content), io.BytesIO()
    msoffcrypto.OfficeFile(plain).encrypt("secret", locked)
    return locked.getvalue()


METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}
for _name, _method in METHODS.items():

    def _zip(path, method=_method):
        pathlib.Path(path).write_bytes(zipped({"a/note.txt": TEXT}, method))

    _zip.__doc__ = f"a zip by {_name}"
    place("archives", f"{_name}.zip")(_zip)

SEVEN = {
    "zip-deflate64.zip": ["-mm=Deflate64"],
    "zip-ppmd.zip": ["-mm=PPMd"],
    "zip-lzma.zip": ["-mm=LZMA"],
    "zip-xz.zip": ["-mm=xz"],
    "lzma.7z": ["-m0=LZMA"],
    "lzma2.7z": ["-m0=LZMA2"],
    "ppmd.7z": ["-m0=PPMd"],
    "bzip2.7z": ["-m0=BZip2"],
    "deflate.7z": ["-m0=Deflate"],
    "copy.7z": ["-m0=Copy"],
    "delta.7z": ["-m0=Delta:4", "-m1=LZMA2"],
    "bcj2.7z": ["-m0=BCJ2", "-m1=LZMA", "-m2=LZMA", "-m3=LZMA", "-mb0:1", "-mb0s1:2", "-mb0s2:3"],
    "program.xz": [],
    "program.bz2": [],
    "program.gz": [],
    "program.tar": [],
}
for _name, _options in SEVEN.items():

    def _seven(path, options=_options):
        ending = {"bz2": "bzip2", "gz": "gzip"}.get(path.split(".")[-1], path.split(".")[-1])
        pathlib.Path(path).write_bytes(seven(*options, ending=ending))

    _seven.__doc__ = f"{_name} by 7z"
    place("archives", _name)(_seven)


@archive("py.7z")
def a_7z_by_py7zr():
    return py_seven()


@archive("note.tar")
def a_tar():
    return tarred()


@archive("gnu.tar")
def a_tar_by_gnu():
    return tarred(style=tarfile.GNU_FORMAT)


@archive("note.tgz")
def a_tar_in_a_gzip():
    return tarred("w:gz")


@archive("note.tar.bz2")
def a_tar_in_a_bzip2():
    return tarred("w:bz2")


@archive("note.tar.xz")
def a_tar_in_an_xz():
    return tarred("w:xz")


@archive("note.gz")
def a_gzip():
    return gzip.compress(TEXT)


@archive("two.gz")
def the_second_member_of_a_gzip():
    return gzip.compress(b"nothing\n") + gzip.compress(TEXT)


@archive("note.bz2")
def a_bzip2():
    return bz2.compress(TEXT)


@archive("note.xz")
def an_xz():
    return lzma.compress(TEXT)


@archive("note.lzma")
def an_lzma():
    return lzma.compress(TEXT, lzma.FORMAT_ALONE)


@archive("note.zst")
def a_zstd():
    return zstd.compress(TEXT)


@archive("nested.7z")
def a_letter_in_a_zip_in_a_tar_in_a_gzip_in_a_7z():
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w") as file:
        content = zipped({"letter.docx": letter()})
        member = tarfile.TarInfo("letter.zip")
        member.size = len(content)
        file.addfile(member, io.BytesIO(content))
    return seven(files={"letter.tar.gz": gzip.compress(inner.getvalue())})


@archive("holiday.zip", sent="holiday.jpg")
def a_zip_under_the_name_of_a_picture():
    return zipped({"a.txt": TEXT})


@archive("letter.docx", sent="readme.txt")
def a_letter_under_the_name_of_a_text():
    return letter()


@archive("book.xlsx", sent="report.pdf", unit=("sheet", 1))
def a_workbook_under_the_name_of_a_pdf():
    return workbook()


@archive("inner-name.zip")
def a_letter_in_a_zip_under_a_false_name():
    return zipped({"song.mp3": letter()})


@archive("name.zip", where="attachment-name")
def the_name_of_a_file_in_a_zip():
    return zipped({f"{LABELLED}.txt": b"nothing\n"})


@archive("name.7z", where="attachment-name")
def the_name_of_a_file_in_a_7z():
    return seven(files={f"{LABELLED}.txt": b"nothing\n"})


@archive("comment.zip")
def the_comment_of_a_zip():
    return zipped({"a.txt": b"nothing\n"}, comment=LABELLED.encode())


@archive("appended.zip", gap="unknown-format executable")
def a_zip_behind_a_program():
    return b"MZ" + bytes(600) + zipped({"a.txt": TEXT})


@archive("cut.zip", gap="truncated zip")
def a_zip_whose_end_is_missing():
    whole = zipped({"a.txt": TEXT, "b.txt": bytes(200)}, zipfile.ZIP_STORED)
    return whole[: len(TEXT) + 120]


@archive("locked.zip", gap="encrypted zip", found=False)
def a_zip_with_the_old_cipher():
    return seven("-psecret", "-mem=ZipCrypto", ending="zip")


@archive("locked-aes.zip", gap="encrypted zip", found=False)
def a_zip_with_the_new_cipher():
    return seven("-psecret", "-mem=AES256", ending="zip")


@archive("locked-name.zip", gap="encrypted zip", where="attachment-name")
def the_name_of_an_encrypted_file_in_a_zip():
    return seven("-psecret", ending="zip", files={f"{LABELLED}.txt": b"nothing\n"})


@archive("locked.7z", gap="encrypted 7z", found=False)
def a_7z_with_a_password():
    return seven("-psecret")


@archive("locked-names.7z", gap="encrypted 7z", found=False)
def a_7z_with_a_password_for_names_too():
    return seven("-psecret", "-mhe=on")


@archive("py-locked.7z", gap="encrypted 7z", found=False)
def a_7z_with_a_password_by_py7zr():
    return py_seven(password="secret")


@archive("locked.docx", gap="encrypted office", found=False)
def a_letter_with_a_password():
    return by_password(letter())


@archive("locked.xlsx", gap="encrypted office", found=False)
def a_workbook_with_a_password():
    return by_password(workbook())


@archive("locked-inside.zip", gap="encrypted office", found=False)
def a_letter_with_a_password_in_a_zip():
    return zipped({"letter.docx": by_password(letter())})
