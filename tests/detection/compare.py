"""Gives every case of the published suite to two other finders of NHS numbers.

`make compare` runs the suite, which writes target/detection/suite.jsonl, and
then this. Each tool gets the text that gatepost's reader decoded, so that none
is blamed for MIME, charsets or HTML.

Presidio: its UK NHS recogniser alone, with its own patterns and its validation
(which lifts what passes to 1.0 and drops the rest). No language model is loaded,
hence no lemmas and no context words: they could only raise a score that is at
its top already.

python-stdnum has no finder: its users cut candidates out with a regular
expression and ask stdnum.gb.nhs.is_valid. Done twice: "narrow" takes runs of ten
digits and 3-3-4 with a space or hyphen, "wide" takes ten digits with up to two
separators (spaces of any kind, dashes of Unicode, dot, slash) between any two,
and tries every start.

Neither has levels. A number counts as found if it is among a tool's hits; a
decoy counts as hit if there is any hit in its text. Everything they hit counts,
whatever the range.
"""

import collections
import importlib.metadata
import json
import pathlib
import re
import sys
import unicodedata

from presidio_analyzer.predefined_recognizers import NhsRecognizer
from stdnum.gb import nhs

GAP = r"[\s\-.\/\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212]{0,2}"
NARROW = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
WIDE = re.compile(r"(?<!\d)(?=(\d(?:" + GAP + r"\d){9})(?!\d))")
TOOLS = ["presidio", "stdnum_narrow", "stdnum_wide"]


def digits(text):
    """The ten digits of a hit, whatever their script."""
    return "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())


def stdnum_hits(pattern, text):
    hits = (digits(match.group(match.lastindex or 0)) for match in pattern.finditer(text))
    return {hit for hit in hits if nhs.is_valid(hit)}


def presidio_hits(recogniser, text):
    results = recogniser.analyze(text, entities=["UK_NHS"], nlp_artifacts=None)
    return {digits(text[result.start : result.end]) for result in results}


def main(folder):
    recogniser = NhsRecognizer()
    layouts = collections.defaultdict(collections.Counter)
    decoys = collections.defaultdict(collections.Counter)
    seen = {}
    with open(folder / "suite.jsonl", encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            if case.get("excused"):
                continue
            text = case["text"]
            if text not in seen:
                seen[text] = {
                    "presidio": presidio_hits(recogniser, text),
                    "stdnum_narrow": stdnum_hits(NARROW, text),
                    "stdnum_wide": stdnum_hits(WIDE, text),
                }
            hits = seen[text]
            if "decoy" in case:
                ours = case["extra"].values()
                count = decoys[case["decoy"]]
                count["n"] += 1
                count["possible"] += bool(ours)
                count["likely"] += "likely" in ours
                for tool in TOOLS:
                    count[tool] += bool(hits[tool])
            else:
                ours = case["ours"]
                count = layouts[case["layout"]]
                for number, level in zip(case["expect"], ours):
                    count["n"] += 1
                    count["possible"] += level != "nothing"
                    count["likely"] += level == "likely"
                    for tool in TOOLS:
                        count[tool] += number in hits[tool]
    columns = ["possible", "likely", *TOOLS]
    totals = {}
    for name, table, what in [("layouts", layouts, "found"), ("decoys", decoys, "hit")]:
        total = sum(table.values(), collections.Counter())
        totals[name] = total
        print(f"\n{name + ', % ' + what:<32}{'n':>8}" + "".join(f"{c:>15}" for c in columns))
        for key, count in [*sorted(table.items()), ("total", total)]:
            shares = "".join(f"{100 * count[c] / count['n']:>15.2f}" for c in columns)
            print(f"{key:<32}{count['n']:>8}{shares}")
    versions = {
        name: importlib.metadata.version(name)
        for name in ["presidio-analyzer", "python-stdnum"]
    }
    print("\n" + ", ".join(f"{name} {version}" for name, version in versions.items()))
    print("presidio: UK NHS recogniser alone, no language model, no context words")
    print("stdnum: gb.nhs.is_valid over", NARROW.pattern, "(narrow) and", WIDE.pattern, "(wide)")
    out = {
        "versions": versions,
        "layouts": {key: dict(count) for key, count in sorted(layouts.items())},
        "decoys": {key: dict(count) for key, count in sorted(decoys.items())},
        "total": {key: dict(count) for key, count in totals.items()},
    }
    (folder / "compare.json").write_text(json.dumps(out, indent=2) + "\n", encoding="utf-8")


main(pathlib.Path(sys.argv[1]))
