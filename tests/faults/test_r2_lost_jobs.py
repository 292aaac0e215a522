"""R2: whatever dies under a job, its effect appears in the end, and once."""

import contextlib

import psutil
import pytest

PATIENCE = 200


def pause(processes):
    """Stop processes for a while without their knowing."""
    stack = contextlib.ExitStack()
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):  # its job is done
            process.suspend()
            stack.callback(resume, process)
    return stack


def resume(process):
    """Let a process go on, if it is still there."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.resume()


def at_work(site):
    """Return the children of workers, each busy with a job."""
    busy = []
    for one in site.processes("worker"):
        with contextlib.suppress(psutil.NoSuchProcess):
            busy += one.children()
    return busy


def kill_while_condensing(site, client, deposits):
    """Kill the workers if one of them is condensing right now; tell whether it was."""
    with pause(at_work(site)):
        jobs = [
            job
            for deposit in deposits
            for job in client.get("resource_jobs", id=deposit.resource["id"]).result
        ]
        caught = any((job["name"], job["state"]) == ("dc_condense", "running") for job in jobs)
        if caught:
            site.kill("worker")
    return caught


def finished(client, deposit):
    shown = client.get("resource_show", id=deposit.resource["id"]).result
    paths = (f"{deposit.page}/condensed.rtdc", f"{deposit.page}/preview.jpg")
    heads = [client.fetch(path, "HEAD", allow_redirects=False).status_code for path in paths]
    return "sha256" in shown and all(status in {200, 302} for status in heads)


def test_workers_killed_at_their_work_lose_nothing(victim, hand, desk, beads, stored, wait_until):
    """R2, dcor 43: killed while condensing, restarted by the supervisor."""
    deposits = [desk.direct(hand, desk.draft(hand), beads) for _ in range(3)]
    for _ in range(2):
        wait_until(lambda: at_work(victim))
        victim.kill("worker")
        wait_until(lambda: victim.processes("worker"))
    wait_until(lambda: kill_while_condensing(victim, hand, deposits), timeout=PATIENCE)
    wait_until(lambda: all(finished(hand, one) for one in deposits), timeout=PATIENCE)
    for deposit in deposits:
        assert stored(deposit.resource["id"]) == ["condensed", "preview", "resource"]
        shown = hand.get("package_show", id=deposit.dataset["id"]).result["resources"]
        assert [one["id"] for one in shown] == [deposit.resource["id"]]
        assert shown[0]["dc:experiment:event count"] == 47


@pytest.mark.parametrize("moment", ["before", "during"])
def test_a_lost_queue_loses_no_job(victim, hand, desk, beads, stored, wait_until, moment):
    """R2, ckan-core 46: Valkey is killed before or after the jobs are handed over."""
    draft = desk.draft(hand)
    if moment == "before":
        victim.kill("queue")
        deposit = desk.direct(hand, draft, beads)
    else:
        deposit = desk.direct(hand, draft, beads)
        victim.kill("queue")
    wait_until(lambda: finished(hand, deposit), timeout=PATIENCE)
    assert stored(deposit.resource["id"]) == ["condensed", "preview", "resource"]


def test_without_the_queue_datasets_are_made_and_found(victim, hand, desk, wait_until):
    """R2, ckan-core §8."""
    wait_until(lambda: victim.processes("queue"))
    victim.kill("queue")
    draft = desk.draft(hand)
    query = {"fq": f"id:{draft['id']}", "include_private": True, "include_drafts": True}
    assert hand.get("package_search", **query).result["count"] == 1
    assert hand.get("package_show", id=draft["id"]).status == 200


def test_a_new_file_makes_each_of_its_jobs_once(victim, boss, hand, desk, beads, wait_until):
    """dcor 43: and a second revision of the dataset makes none."""
    wait_until(lambda: victim.processes("queue"))
    wait_until(victim.is_ready)
    draft = desk.draft(hand)
    # a worker at its work might be paused while it holds the database
    wait_until(lambda: boss.get("job_list").result == [], timeout=PATIENCE)
    with pause(victim.processes("worker")):
        deposit = desk.direct(hand, draft, beads)
        rid = deposit.resource["id"]

        def waiting():
            jobs = boss.get("job_list").result
            return sorted(one["id"] for one in jobs if rid in one["id"])

        first = wait_until(waiting)
        # the digest is known already: the store saw the whole stream
        assert [one.split(":")[1] for one in first] == ["dc_condense", "dc_inspect", "dc_preview"]
        change = {f"update__resources__{rid}": {"description": "d"}}
        assert hand.post("package_revise", change, match__id=draft["id"]).status == 200
        assert waiting() == first
    wait_until(lambda: finished(hand, deposit), timeout=PATIENCE)
