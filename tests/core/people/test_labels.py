"""Labels of datasets: few sets of them, so that the engine decides for many datasets at once."""

import pytest

from cytotheca.core.actions.indexing import documents_of
from cytotheca.core.runtime.unit_of_work import reading


@pytest.fixture
def labels(house):
    """Return the set of labels with which a dataset is in the index."""

    def read(made):
        with reading(house.site, ignore_auth=True) as context:
            (document,) = documents_of(context, [made["id"]])
        return set(document["permission_labels"])

    return read


@pytest.mark.parametrize("private", [False, True])
def test_datasets_of_equal_visibility_have_equal_labels(dataset, labels, private):
    assert labels(dataset("p1", private=private)) == labels(dataset("p2", private=private))


def test_only_a_shared_private_dataset_has_a_label_of_its_own(house, dataset, labels):
    private = dataset("p1", private=True)
    usual = labels(private)
    sharing = {"id": "p1", "user_id": "xi"}
    house.call("ada", "package_collaborator_create", **sharing, capacity="member")
    assert labels(private) == usual | {f"collaborator-{private['id']}"}
    found = house.call("xi", "package_search", include_private=True, fq="name:p1")
    assert found["count"] == 1
    house.call("ada", "package_collaborator_delete", **sharing)
    assert labels(private) == usual
