#!/usr/bin/env bash
# Builds the wheel, installs it into an empty environment and uses it from a folder that has packages `models` and
# `service` of its own: import, --version, parse, serve. Usage: wheel.sh SOURCE PYTHON SCRATCH
set -euo pipefail
source=$1 python=$2 scratch=$3
here=$scratch/elsewhere
mkdir -p "$here/models" "$here/service"
echo 'raise ImportError("this is the models of somebody else")' | tee "$here/models/__init__.py" >"$here/service/__init__.py"
cp "$source/tests/documents/genuine_paragraphs/report.txt" "$here"

"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$scratch/wheels" "$source"
ls -l "$scratch/wheels"
"$python" -m venv "$scratch/empty"
"$scratch/empty/bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$source/constraints.txt" "$scratch"/wheels/*.whl
du -sm "$scratch/empty"

cd "$here"
bin=$scratch/empty/bin
"$bin/python" -c '
import gouji, gouji_service
from importlib.metadata import files
top = {file.parts[0] for file in files("gouji") if ".." not in file.parts}
assert {name for name in top if not name.endswith(".dist-info")} == {"gouji", "gouji_service"}, top
print("imported from", gouji.__file__)'
"$bin/gouji" --version
"$bin/gouji" parse report.txt | "$bin/python" -c '
import json, sys
result = json.load(sys.stdin)
print("parsed:", result["report"]["agency"], *(table["state"] for table in result["tables"].values()))
sys.exit(any(table["state"] != "found" for table in result["tables"].values()))'

GOUJI_DATA_DIR="$scratch/wheel-data" GOUJI_PORT=0 "$bin/gouji" serve >"$scratch/wheel.log" 2>&1 &
served=$!
trap 'kill "$served" 2>/dev/null || true; wait "$served" 2>/dev/null || true' EXIT
"$bin/python" "$source/.ci/first_call.py" "$scratch/wheel.log" report.txt || { cat "$scratch/wheel.log" >&2; exit 1; }
