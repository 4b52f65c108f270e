"""python tests/attachments/writers FAMILY FOLDER: files by other people's writers."""

import importlib
import sys

import plan

if __name__ == "__main__":
    family, folder = sys.argv[1:]
    importlib.import_module(family)
    plan.write(family, folder)
