"""seccomp: no sockets, no programs, no other processes."""

from __future__ import annotations

import errno
import os
from typing import Any

_NEVER = (
    # the network and local services
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4",
    "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg",
    # other programs and processes
    "execve", "execveat", "fork", "vfork", "kill", "tkill", "pidfd_open", "pidfd_getfd",
    "pidfd_send_signal", "ptrace", "process_vm_readv", "process_vm_writev", "kcmp",
    # doors into the kernel that no reader of files needs
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "add_key", "request_key", "keyctl", "init_module", "finit_module",
    "delete_module", "kexec_load", "kexec_file_load", "mount", "umount2", "pivot_root", "chroot",
    "unshare", "setns", "open_by_handle_at", "name_to_handle_at", "swapon", "swapoff", "reboot",
    "personality", "acct", "quotactl", "shmget", "msgget", "semget", "mq_open", "fanotify_init",
    "mknod", "mknodat", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount",
)  # fmt: skip
_CLONE_THREAD = 0x10000


def prepare() -> Any | None:
    """Return the filter, not yet loaded, or None without libseccomp."""
    try:
        import pyseccomp  # noqa: PLC0415  raises RuntimeError where libseccomp is missing
    except (ImportError, RuntimeError):
        return None
    deny = pyseccomp.ERRNO(errno.EPERM)
    syscalls = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in _NEVER:
        _add(syscalls, deny, name)
    # Threads share our confinement; only new processes are refused. glibc falls back from
    # clone3, whose flags a filter can't see, to clone.
    _add(syscalls, pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    no_thread = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0)
    _add(syscalls, deny, "clone", no_thread)
    return syscalls


def load(syscalls: Any | None) -> bool:
    """Put the filter in force for this process; False if there is none."""
    if syscalls is None:
        return False
    import pyseccomp  # noqa: PLC0415

    # A process may abort itself, and only itself.
    other = pyseccomp.Arg(0, pyseccomp.NE, os.getpid())
    _add(syscalls, pyseccomp.ERRNO(errno.EPERM), "tgkill", other)
    try:
        syscalls.load()
    except OSError:
        return False
    return True


def _add(syscalls: Any, action: int, name: str, *conditions: Any) -> None:
    """Add a rule, unless this libseccomp does not know the call."""
    try:
        syscalls.add_rule(action, name, *conditions)
    except (OSError, RuntimeError, ValueError):
        return
