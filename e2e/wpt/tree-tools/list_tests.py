"""Lists the testharness tests below the paths given as JSON on stdin, with the tree's own manifest code.

    list_tests.py TREE < '["websockets", ...]'  ->  [{"file", "url", "timeout"}, ...]
"""
import json
import os
import sys

root = sys.argv[1]
sys.path.insert(0, os.path.join(root, "tools"))
import localpaths  # noqa: E402,F401  (puts the tree's vendored packages on sys.path)
from manifest.sourcefile import SourceFile  # noqa: E402


def files_below(path):
    full = os.path.join(root, path)
    if os.path.isfile(full):
        yield path
        return
    for folder, folders, names in os.walk(full):
        folders.sort()
        for name in sorted(names):
            if not name.startswith("."):
                yield os.path.relpath(os.path.join(folder, name), root)


tests = []
for path in json.load(sys.stdin):
    for file in files_below(path):
        kind, items = SourceFile(root, file, "/").manifest_items()
        if kind == "testharness":
            # jsshell: for engines without a browser
            tests += [
                {"file": file, "url": item.url, "timeout": item.timeout or "normal"} for item in items if not item.jsshell
            ]
json.dump(tests, sys.stdout)
