"""The audit as a pytest. Copy this file beside the program that it is about; s3fault is in PATH."""

import json
import subprocess
from pathlib import Path

PROGRAM = ["python3", "backup.py"]

# What is tried. Without these, every refusal and every fault that there is.
TRIED = ["--deny", "explicit-deny", "--faults", "lost-answer"]


def test_audit(tmp_path):
    report = tmp_path / "report.json"
    audit = ["s3fault", "run", "--all", "--report", "json", "-o", str(report), *TRIED, "--", *PROGRAM]
    run = subprocess.run(audit, cwd=Path(__file__).parent, capture_output=True, text=True)
    assert report.exists(), run.stderr  # else the program fails even where nothing goes wrong
    failing = [
        f"{case['name']}: {found['finding']}: {found['text']}"
        for case in json.loads(report.read_text())["cases"]
        for found in case["findings"]
        if found.get("fails")
    ]
    assert not failing, "\n".join(failing)
    assert run.returncode == 0, run.stderr
