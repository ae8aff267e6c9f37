"""Counting that is killed at random moments: no output is ever there in part, and counting again gives the same bytes."""

import json
import subprocess
import sys
from pathlib import Path

KILLS = 16


def test_a_killed_run_leaves_no_partial_output(tmp_path):
    """Every second time with a FASTQ for each sample, by SIGKILL and by SIGTERM; what is judged stands in the script."""
    command = [sys.executable, Path(__file__).with_name("killed_counting.py"), tmp_path, str(KILLS), "3"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout)
    assert sum(seen.values()) == KILLS
    assert seen["files beside"] > 0
