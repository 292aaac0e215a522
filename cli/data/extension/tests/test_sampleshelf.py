"""What a user notices of the extension."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from cytotheca.core.plugins.toolkit import ValidationError
from cytotheca.core.testing import TemporarySite


def make_dataset(site: TemporarySite, name: str, place: str | None, *, private: bool = False):
    fields = {"name": name, "owner_org": "lab", "private": private, "sampleshelf_place": place}
    return site.call("package_create", fields)


def test_shelves_are_counted_by_a_job(site):
    make_dataset(site, "one", " A3 ")
    make_dataset(site, "two", "A3")
    make_dataset(site, "hidden", "B1", private=True)
    assert site.call("sampleshelf_list") == []
    site.run_jobs()
    assert site.call("sampleshelf_list") == [{"place": "A3", "datasets": 2}]


def test_the_action_is_there_for_everybody(site):
    answer = site.client().get("/api/3/action/sampleshelf_list")
    assert answer.json["result"] == []


def test_datasets_tell_how_full_their_shelf_is(site):
    make_dataset(site, "one", "A3")
    site.run_jobs()
    shown = site.client().get("/api/3/action/package_show?id=one").json["result"]
    assert (shown["sampleshelf_place"], shown["sampleshelf_datasets"]) == ("A3", 1)


def test_a_long_name_is_refused(site):
    with pytest.raises(ValidationError) as refused:
        make_dataset(site, "one", "A" * 41)
    assert refused.value.errors == {"sampleshelf_place": ["Must be at most 40 characters long"]}


def test_pages_show_the_shelf(site):
    make_dataset(site, "one", "A3")
    site.run_jobs()
    assert "A3" in site.client().get("/sampleshelf").text
    assert "Sample on shelf" in site.client().get("/dataset/one").text


def test_the_command_counts(site):
    make_dataset(site, "one", "A3")
    command = site.site.hooks.commands()[0][0]
    done = CliRunner().invoke(command, ["recount"], obj=site.access())
    assert done.output == "counted\n"
    assert site.call("sampleshelf_list") == [{"place": "A3", "datasets": 1}]
