"""The sweeper removes orphans and nothing else."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cytotheca.core.jobs.sweeper import sweep
from cytotheca.core.models.base import new_id, utc_now
from cytotheca.core.models.publication import DatasetVersion
from cytotheca.core.models.resource import UploadTicket
from cytotheca.core.models.user import LoginSession
from cytotheca.core.models.version import VersionFile
from cytotheca.core.operations import OperableSite
from cytotheca.core.site_factory import create_site
from cytotheca.core.storage.layout import Artifact, artifact_ref
from cytotheca.core.storage.objects import ObjectRef

OLD_S = 30 * 24 * 3600


@pytest.fixture
def bare(tmp_path: Path) -> OperableSite:
    site = create_site(
        {
            "SECRET_KEY": "s" * 32,
            "ckan.site_url": "http://127.0.0.1:1",
            "cytotheca.site_dir": str(tmp_path),
            "sqlalchemy.url": f"sqlite:///{tmp_path / 'db'}",
            "ckan.storage_path": str(tmp_path / "storage"),
            "ckan.auth.create_unowned_dataset": "true",
        }
    )
    site.upgrade_database()
    return site


def put(site: OperableSite, *, age_s: float = OLD_S) -> ObjectRef:
    ref = artifact_ref("circle-x", Artifact.RESOURCE, new_id())
    incoming = site.store.incoming()
    incoming.write(b"bytes")
    site.store.store_incoming(ref, incoming)
    path = site.store.local_path(ref)
    assert path is not None
    then = time.time() - age_s
    os.utime(path, (then, then))
    return ref


def resource_id(ref: ObjectRef) -> str:
    return ref.key.removeprefix("resource/").replace("/", "")


def test_an_old_object_that_nothing_refers_to_goes(bare: OperableSite) -> None:
    ref = put(bare)
    assert sweep(bare) == 1
    assert bare.store.stat(ref) is None


def test_a_young_object_stays(bare: OperableSite) -> None:
    ref = put(bare, age_s=60)
    assert sweep(bare) == 0
    assert bare.store.stat(ref) is not None


def test_an_object_with_an_open_ticket_stays(bare: OperableSite) -> None:
    ref = put(bare)
    with bare.database.writing() as session:
        session.add(
            UploadTicket(
                resource_id=resource_id(ref),
                bucket=ref.bucket,
                object_key=ref.key,
                user_id="u",
                size_bytes=5,
                created=utc_now() - timedelta(days=1),
            )
        )
        session.commit()
    assert sweep(bare) == 0
    assert bare.store.stat(ref) is not None


def test_the_file_of_an_old_version_stays(bare: OperableSite) -> None:
    ref = put(bare)
    created = bare.call("package_create", {"name": "beads"}, ignore_auth=True)
    with bare.database.writing() as session:
        version = DatasetVersion(package_id=created["id"], major=7, minor=0, document={})
        session.add(version)
        session.flush()
        session.add(
            VersionFile(
                version_id=version.id,
                resource_id=resource_id(ref),
                bucket=ref.bucket,
                object_key=ref.key,
                name="old.csv",
            )
        )
        session.commit()
    assert sweep(bare) == 0
    assert bare.store.stat(ref) is not None


@pytest.mark.parametrize(("age_s", "stays"), [(60, True), (OLD_S, False)])
def test_what_a_killed_job_left_behind_goes(
    bare: OperableSite, *, age_s: float, stays: bool
) -> None:
    left = Path(bare.config["ckan.storage_path"]) / "work" / "condense-x"
    left.mkdir(parents=True)
    (left / "half.rtdc").write_bytes(b"half")
    then = time.time() - age_s
    os.utime(left, (then, then))
    sweep(bare)
    assert left.exists() == stays


def test_logins_that_have_ended_go(bare: OperableSite) -> None:
    """Z1."""
    now = utc_now()
    person = {"name": "ed", "email": "ed@example.org", "password": "correct-horse"}
    user = bare.call("user_create", person, ignore_auth=True)
    with bare.database.writing() as session:
        for key, hours in (("ended", -1), ("going on", 1)):
            expires = now + timedelta(hours=hours)
            session.add(LoginSession(key_hash=key, user_id=user["id"], expires=expires))
        session.commit()
    sweep(bare)
    with bare.database.reading() as session:
        assert session.scalars(select(LoginSession.key_hash)).all() == ["going on"]
