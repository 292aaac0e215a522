"""The parts of a site, written down for supervisord."""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Sequence
from pathlib import Path

from cytotheca.cli.supervision import sockets
from cytotheca.cli.supervision.launch import launched
from cytotheca.cli.supervision.parts import Part

FORBIDDEN = frozenset(";#\"'`\\\n\r\t")
"""Characters that supervisord's file format cannot carry safely in a path."""


def check_site_path(site_dir: Path) -> None:
    """Refuse a folder whose path cannot stand in supervisord's file."""
    bad = sorted(FORBIDDEN.intersection(str(site_dir)))
    if bad:
        shown = " ".join(repr(character) for character in bad)
        raise ValueError(f"the path {site_dir} contains {shown}: move the site to a plainer path")


def supervisord_conf(site_dir: Path, parts: Sequence[Part]) -> str:
    """Return the configuration file; ``supervisorctl -c`` understands it too."""
    run, logs = site_dir / "run", site_dir / "logs"
    socket = sockets.socket_folder(site_dir) / sockets.SUPERVISOR
    sections = [
        _section("unix_http_server", file=_plain(socket), chmod="0700"),
        _section(
            "supervisord",
            logfile=_plain(logs / "supervisord.log"),
            logfile_maxbytes="10MB",
            logfile_backups=3,
            pidfile=_plain(run / "supervisord.pid"),
            nodaemon="true",
            silent="true",
            user=getpass.getuser(),
            directory=_plain(run),
        ),
        (
            "[rpcinterface:supervisor]\n"
            "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n"
        ),
        _section("supervisorctl", serverurl=_plain(f"unix://{socket}")),
        *(_program(part, logs) for part in parts),
        # supervisord stops one group after the other, but all members of a group at once
        _section(
            "group:site",
            programs=",".join(part.name for part in parts if part.in_group),
            priority=20,
        ),
    ]
    return "\n".join(sections)


def _program(part: Part, logs: Path) -> str:
    number = "" if part.count == 1 else "-%(process_num)d"
    return _section(
        f"program:{part.name}",
        command=_plain(shlex.join(launched(*part.command))),
        priority=10,
        numprocs=part.count,
        process_name=f"%(program_name)s{number}",
        autorestart="true",
        startsecs=1,
        startretries=100,
        stopwaitsecs=part.stop_seconds,
        killasgroup="true",
        redirect_stderr="true",
        stdout_logfile=f"{_plain(logs)}/{part.name}{number}.log",
        stdout_logfile_maxbytes="10MB",
        stdout_logfile_backups=3,
    )


def _section(name: str, **values: object) -> str:
    return "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in values.items()), ""])


def _plain(value: object) -> str:
    """Return a text in which a percent sign stands for itself."""
    return str(value).replace("%", "%%")
