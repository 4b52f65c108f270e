"""Reads office files by Python's readers, as long as it is asked to.

Each line of standard input is a kind and a path. The answer is the seconds of
processor time that the reader took and how many cells or characters it gave.
"""

import sys
import time

import docx
import openpyxl
import xlrd


def xlsx(path):
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    cells = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True):
            cells += sum(value is not None for value in row)
    book.close()
    return cells


def xls(path):
    book = xlrd.open_workbook(path)
    cells = 0
    for sheet in book.sheets():
        for row in range(sheet.nrows):
            cells += sum(value != "" for value in sheet.row_values(row))
    return cells


def docx_text(path):
    return sum(len(paragraph.text) for paragraph in docx.Document(path).paragraphs)


READERS = {"xlsx": xlsx, "xls": xls, "docx": docx_text}

for line in sys.stdin:
    kind, path = line.rstrip("\n").split(" ", 1)
    begun = time.process_time()
    count = READERS[kind](path)
    print(time.process_time() - begun, count, flush=True)
