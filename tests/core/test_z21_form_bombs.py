"""Z21: requests that are small to send and dear to read are refused at once."""

import http.client
import json
import threading

import pytest

MEBIBYTE = 1024**2
GROWTH = 150 * MEBIBYTE
SECONDS = 1


def working(site):
    """Return the web processes of a site."""
    return [one for one in site.processes("web") if one.is_running()]


def resident(site):
    """Return the memory of all web processes together, in bytes."""
    return sum(one.memory_info().rss for one in working(site))


def computed(site):
    """Return the seconds that all web processes have computed so far.

    Unlike the time that passes, it does not grow while others keep the machine busy.
    """
    spent = [one.cpu_times() for one in working(site)]
    return sum(one.user + one.system for one in spent)


@pytest.fixture
def watched(core_site):
    """Run a request; return its answer, and fail if it cost much time or the memory grew."""

    def run(request):
        start, peak, done = resident(core_site), [0], threading.Event()

        def watch():
            while not done.wait(0.02):
                peak.append(resident(core_site) - start)

        watcher = threading.Thread(target=watch)
        watcher.start()
        before = computed(core_site)
        try:
            answer = request()
        finally:
            took = computed(core_site) - before
            done.set()
            watcher.join()
        assert took < SECONDS
        assert max(peak) < GROWTH
        return answer

    return run


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
ADDRESSES = ["/api/3/action/package_create", "/api/3/action/package_revise", "/user/login"]
MANY_FIELDS = "&".join(f"f{number}=1" for number in range(100_000))
REFUSED = {400, 413}


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_hundred_thousand_fields_are_refused(ed, watched, path):
    """Z21."""
    answer = watched(lambda: ed.fetch(path, "POST", data=MANY_FIELDS, headers=FORM))
    assert answer.status_code in REFUSED


@pytest.mark.parametrize("path", ADDRESSES[:2])
def test_a_hundred_thousand_parts_are_refused(ed, watched, path):
    """Z21."""
    part = '--x\r\nContent-Disposition: form-data; name="f{}"\r\n\r\n1\r\n'
    body = "".join(part.format(number) for number in range(100_000)) + "--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = watched(lambda: ed.fetch(path, "POST", data=body, headers=headers))
    assert answer.status_code in REFUSED


@pytest.mark.parametrize(
    "key",
    [
        "extras__1000000000__key",
        "update__extras__1000000000__key",
        "update__resources__1000000000__name",
        "update__resources__-1000000000__name",
        "update" + "__a" * 5000,
    ],
)
def test_an_index_of_a_billion_makes_no_list(ed, new_dataset, watched, key):
    """Z21."""
    dataset = new_dataset(ed)
    form = {"match__id": dataset["id"], key: "x"}
    answer = watched(lambda: ed.fetch("/api/3/action/package_revise", "POST", data=form))
    assert answer.status_code in {400, 409, 413}
    assert answer.json()
    assert ed.get("package_show", id=dataset["id"]).result["extras"] == []


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [10_000, 1_000_000])
def test_deeply_nested_json_is_refused(ed, watched, opening, depth):
    """Z21."""
    path = "/api/3/action/package_create"
    answer = watched(lambda: ed.fetch(path, "POST", data=opening * depth, headers=JSON))
    assert answer.status_code in REFUSED


def test_closed_nested_json_is_refused(ed, watched):
    """Z21."""
    body = '{"name":' + "[" * 10_000 + "]" * 10_000 + "}"
    path = "/api/3/action/package_create"
    answer = watched(lambda: ed.fetch(path, "POST", data=body, headers=JSON))
    assert answer.status_code in REFUSED


def test_a_number_of_a_million_digits_is_refused(ed, watched):
    """Z21."""
    body = json.dumps({"name": "x"})[:-1] + ',"limit":' + "9" * 1_000_000 + "}"
    path = "/api/3/action/package_create"
    answer = watched(lambda: ed.fetch(path, "POST", data=body, headers=JSON))
    assert answer.status_code in {400, 409, 413}


@pytest.mark.parametrize(
    ("kind", "opening"),
    [
        ("application/json", b'{"name":"'),
        ("application/x-www-form-urlencoded", b"name="),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n',
        ),
    ],
)
def test_a_text_of_a_gibibyte_is_refused_early(core_site, ed, watched, kind, opening):
    """Z21."""

    def send():
        connection = http.client.HTTPConnection(core_site.url.removeprefix("http://"), timeout=60)
        connection.putrequest("POST", "/api/3/action/package_create")
        connection.putheader("Authorization", ed.token)
        connection.putheader("Content-Type", kind)
        connection.putheader("Content-Length", str(1024 * MEBIBYTE))
        connection.endheaders()
        try:
            connection.send(opening)
            for _ in range(1024):
                connection.send(b"a" * MEBIBYTE)
        except OSError:  # it hung up on us, as it should; the answer may still be there
            pass
        try:
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 413  # hung up before we could read the answer
        finally:
            connection.close()

    assert watched(send) in REFUSED


def test_the_site_still_answers(nobody):
    """Z21."""
    assert nobody.get("status_show").status == 200
