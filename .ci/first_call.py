"""Waits until the server of a log answers, then parses one report over HTTP. Usage: first_call.py LOG REPORT."""

import json
import re
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

log, report = map(Path, sys.argv[1:])
base = None
for _ in range(150):
    base = base or re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))
    try:
        if base:
            with urllib.request.urlopen(base[0] + "/health/ready", timeout=5) as answer:
                print(answer.read().decode())
            break
    except URLError:
        pass
    time.sleep(0.2)
else:
    sys.exit("the server does not become ready")
call = urllib.request.Request(base[0] + "/parse", report.read_bytes(), {"Content-Type": "text/plain"})
with urllib.request.urlopen(call, timeout=60) as answer:
    result = json.load(answer)
found = [name for name, table in result["tables"].items() if table["state"] == "found"]
print("parsed over HTTP:", result["report"]["agency"], *found)
sys.exit(not found)
