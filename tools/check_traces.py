"""Runs the Python code of docs/traces.md on a cell file, so that the page stays correct.

    python3 tools/check_traces.py CELL.h5

Blocks whose packages are not installed are listed and skipped; the exit code is 1 if any other block fails.
"""

import importlib.util
import os
import re
import subprocess
import sys
import tempfile

# One block loads a state into a model of the reader's: any object that accepts tensors will do.
PREAMBLE = """
class Model:
    def load_state_dict(self, state):
        assert state and all(hasattr(tensor, "shape") for tensor in state.values())
model = Model()
"""


def blocks(path):
    with open(path, encoding="utf-8") as page:
        return re.findall(r"```python\n(.*?)```", page.read(), re.S)


def packages(code):
    names = set()
    for line in re.findall(r"^import (.+)$", code, re.M):
        names |= {name.strip().split(".")[0] for name in line.split(",")}
    if "h5netcdf" in code:
        names |= {"h5netcdf"}
    if ".plot(" in code:
        names |= {"matplotlib"}
    return sorted(names)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    cell = os.path.abspath(sys.argv[1])
    page = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "traces.md")
    failed = 0
    found = blocks(page)
    for number, code in enumerate(found, 1):
        missing = [name for name in packages(code) if importlib.util.find_spec(name) is None]
        if missing:
            print(f"docs/traces.md, block {number}: SKIPPED, not installed: {', '.join(missing)}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(
                [sys.executable, "-c", PREAMBLE + code, cell], cwd=folder, capture_output=True, text=True,
                env={**os.environ, "MPLBACKEND": "Agg", "MPLCONFIGDIR": folder})
        if run.returncode == 0:
            print(f"docs/traces.md, block {number}: passed")
        else:
            failed += 1
            print(f"docs/traces.md, block {number}: FAILED\n{run.stderr}")
    if not found:
        sys.exit("docs/traces.md contains no Python code")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
