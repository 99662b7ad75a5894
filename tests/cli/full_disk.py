"""A small disk that can be filled and emptied under a running server.

A file system in memory where one may be mounted (as root); elsewhere a limit on the length of files, put on the
server's process: the system then refuses what would grow beyond it (EFBIG in place of ENOSPC).
"""

import os
import resource
import shutil
import subprocess
from pathlib import Path


class SmallDisk:
    """is_real: a file system of its own. room: the folder to put data into."""

    def __init__(self, room: Path, megabytes: int):
        self.room = room
        room.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(room)]
        self.is_real = bool(shutil.which("mount")) and subprocess.run(command, capture_output=True,
                                                                      check=False).returncode == 0
        self._filler = room / "filler"

    def free(self) -> int:
        """Bytes that can still be written."""
        told = os.statvfs(self.room)
        return told.f_bavail * told.f_frsize

    def fill(self, pid: int, leave: int = 0) -> None:
        """Nothing; only so much can be written from now on (without a disk of its own: no file grows beyond it)."""
        if not self.is_real:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (leave, resource.RLIM_INFINITY))
            return
        with self._filler.open("ab") as file:
            os.posix_fallocate(file.fileno(), file.tell(), max(1, self.free() - leave))

    def clear(self, pid: int) -> None:
        """Nothing; there is space again."""
        if not self.is_real:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self._filler.unlink(missing_ok=True)

    def end(self) -> None:
        """Nothing; the file system is gone."""
        if self.is_real:
            subprocess.run(["umount", "-l", str(self.room)], check=True)
