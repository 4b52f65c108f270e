"""Places in files, and what the gate must say of each.

A place is a function that writes one file with the number in one place. What
is expected stands in its decorator; the manifest tells the Rust side.
"""

import json
import pathlib

NUMBER = "943 476 5919"  # valid and never issued
DIGITS = "9434765919"
LABELLED = "NHS No 943 476 5919"

_PLACES = {}


def place(
    family,
    name,
    *,
    sent=None,
    unit=None,
    hidden=None,
    where="attachment",
    gap=None,
    found=True,
    heavy=False,
):
    """Registers a writer of `name`; `sent` is the name that it is sent under.

    `gap` is "reason format", several with a comma between; without `found` the number must not be readable.
    `unit` is such as ("sheet", 2), `hidden` a kind of hidden place.
    """

    def register(write):
        _PLACES.setdefault(family, []).append(
            {
                "file": name,
                "sent": sent or name,
                "place": write.__doc__ or write.__name__.replace("_", " "),
                "unit": {unit[0]: unit[1]} if unit else None,
                "hidden": hidden,
                "where": where,
                "gap": gap,
                "found": found,
                "write": write,
            }
        )
        return write

    return register


def write(family, folder):
    """Writes the files of a family and the manifest beside them."""
    folder = pathlib.Path(folder)
    lines = []
    for known in _PLACES[family]:
        known = dict(known)
        known.pop("write")(str(folder / known["file"]))
        lines.append(json.dumps(known))
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n")
