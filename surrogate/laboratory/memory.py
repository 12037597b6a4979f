"""How much memory a process has used."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_memory_mb() -> float:
    """Measure the most memory that this process had at once, in MB.

    On Linux by ``VmHWM`` of the process, since what getrusage says there includes the process that started it.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) / 1024.0
    import resource

    most = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return most / 2**20 if sys.platform == "darwin" else most / 1024.0
