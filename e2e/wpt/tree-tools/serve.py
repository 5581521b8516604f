"""Starts the tree's own server. `./wpt serve` does the same, but installs Python packages first that are not needed here.

    serve.py TREE --config FILE
"""
import os
import sys

root = sys.argv[1]
for folder in (root, os.path.join(root, "tools")):
    if folder not in sys.path:
        sys.path.insert(0, folder)
import localpaths  # noqa: E402,F401  (puts the tree's vendored packages on sys.path)
from tools.serve import serve  # noqa: E402

# The server's processes import this file again: only the first one starts the server.
if __name__ == "__main__":
    serve.run(**vars(serve.get_parser().parse_args(sys.argv[2:])))
