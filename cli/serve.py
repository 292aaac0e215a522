"""``cytotheca serve``: all of a site on one machine, in the foreground."""

from __future__ import annotations

import fcntl
import ipaddress
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click
import psutil

from cytotheca.cli.access import SiteAccess, pass_access
from cytotheca.cli.numbers import PORT, WholeNumber
from cytotheca.cli.site_files import FOLDERS
from cytotheca.cli.supervision import sockets
from cytotheca.cli.supervision.leftovers import remove_leftovers
from cytotheca.cli.supervision.parts import (
    Plan,
    environment_of,
    names_of,
    parts_of,
    usable_cores,
)
from cytotheca.cli.supervision.supervisord_conf import check_site_path, supervisord_conf
from cytotheca.cli.supervision.watch import CannotRun, run_supervisor

SHORTEST_SECRET = 32
READY_SECONDS = 120


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, help="Port.  [default: the URL's, or 5000]")
@click.option(
    "--processes", type=WholeNumber(1, 64), default=None, help="Web processes.  [default: cores]"
)
@click.option("--threads", type=WholeNumber(1, 64), default=4, show_default=True)
@pass_access
def serve(
    access: SiteAccess, host: str, port: int | None, processes: int | None, threads: int
) -> None:
    """Run the whole site until Ctrl-C or SIGTERM.

    That is web, queue, workers and relay.
    """
    config = access.config_as_written()
    plan = Plan(
        site_dir=access.folder(),
        host=host,
        port=port or _port_of(config.get("ckan.site_url", "")),
        processes=processes or max(2, usable_cores()),
        threads=threads,
    )
    try:
        check_site_path(plan.site_dir)
        _check_secret(config, host)
        with _only_one(plan.site_dir):
            _run(access, plan, config)
    except (ValueError, CannotRun) as error:
        raise click.ClickException(str(error)) from error


def _run(access: SiteAccess, plan: Plan, config: Mapping[str, str]) -> None:
    _await_end_of_earlier_run(plan.site_dir)
    _check_port(access, plan)
    _warn_of_other_port(access, plan, config.get("ckan.site_url", ""))
    remove_leftovers()
    _prepare_folders(plan.site_dir)
    with access.open():  # reports wrong settings and an old database before all else
        pass
    parts = parts_of(plan, config)
    conf = plan.site_dir / "run" / "supervisord.conf"
    conf.write_text(supervisord_conf(plan.site_dir, parts), encoding="utf-8")
    click.echo(f"starting {', '.join(names_of(parts))}; logs are in {plan.site_dir / 'logs'}")
    _tell_when_ready(plan, config)
    try:
        run_supervisor(conf, environment_of(plan.site_dir, config))
    finally:
        sockets.remove_socket_folder(plan.site_dir)
    click.echo("stopped")


def _port_of(url: str) -> int:
    return _local_port(url) or 5000


def _local_port(url: str) -> int | None:
    """Return the port in a URL of this machine; a proxy stands behind any other URL."""
    parts = urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    return parts.port if local else None


def _warn_of_other_port(access: SiteAccess, plan: Plan, url: str) -> None:
    port = _local_port(url)
    if port is None or port == plan.port:
        return
    click.echo(
        f"warning: links, uploads and downloads go to {url}, but the site listens on port "
        f"{plan.port}; to change its URL: {_url_command(access, url, plan.port)}",
        err=True,
    )


def _url_command(access: SiteAccess, url: str, port: int | str) -> str:
    host = urlsplit(url).hostname or "127.0.0.1"
    shown = f"[{host}]" if ":" in host else host
    return f"cytotheca config-tool {access.ini()} ckan.site_url=http://{shown}:{port}"


def _check_secret(config: Mapping[str, str], host: str) -> None:
    if len(config.get("SECRET_KEY", "")) < SHORTEST_SECRET and not _is_loopback(host):
        raise ValueError(
            f"SECRET_KEY in secrets.ini is shorter than {SHORTEST_SECRET} characters; "
            f"put a random one there before the site listens on {host}"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _only_one(site_dir: Path) -> Iterator[None]:
    """Hold the site's lock; the kernel frees it however this process ends."""
    (site_dir / "run").mkdir(mode=0o700, exist_ok=True)
    with (site_dir / "run" / "serve.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise click.ClickException(
                f"{site_dir} is already being served, by process {lock.read().strip() or '?'}; "
                "stop that one first"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _await_end_of_earlier_run(site_dir: Path, seconds: float = 60) -> None:
    """Wait for the supervisord of a ``serve`` that was killed; it is shutting down."""
    conf = str(site_dir / "run" / "supervisord.conf")
    left = [p for p in psutil.process_iter(["cmdline"]) if conf in (p.info["cmdline"] or [])]
    if not left:
        return
    click.echo("waiting for an earlier run of this site to end")
    _, alive = psutil.wait_procs(left, timeout=seconds)
    if alive:
        raise click.ClickException(
            f"process {alive[0].pid} of an earlier run does not end; stop it: kill {alive[0].pid}"
        )


def _check_port(access: SiteAccess, plan: Plan) -> None:
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plan.host, plan.port))
        except OSError as error:
            url = access.config_as_written().get("ckan.site_url", "")
            also = f"; make it the site's: {_url_command(access, url, 'PORT')}"
            raise click.ClickException(
                f"cannot listen on {plan.host} port {plan.port}: {error.strerror}; "
                f"choose another with --host and --port{also if _local_port(url) else ''}"
            ) from error


def _prepare_folders(site_dir: Path) -> None:
    for name in (*FOLDERS, "run/valkey"):
        (site_dir / name).mkdir(mode=0o700, exist_ok=True)
    sockets.make_socket_folder(site_dir)


def _tell_when_ready(plan: Plan, config: Mapping[str, str]) -> None:
    host = "127.0.0.1" if plan.host in ("0.0.0.0", "::") else plan.host  # noqa: S104 - compared
    address = f"http://[{host}]:{plan.port}" if ":" in host else f"http://{host}:{plan.port}"

    def wait() -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if is_ready(address):
                click.echo(f"ready: {config.get('ckan.site_url')} (on {address}, Ctrl-C to stop)")
                return
            time.sleep(0.3)
        click.echo(
            f"not ready after {READY_SECONDS} s; see {plan.site_dir / 'logs' / 'web.log'}", err=True
        )

    threading.Thread(target=wait, daemon=True, name="ready").start()


def is_ready(address: str) -> bool:
    """Tell whether a site answers that all its parts are there."""
    import httpx  # heavy; --help stays quick

    try:
        answer = httpx.get(f"{address}/health/ready", timeout=5, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK
