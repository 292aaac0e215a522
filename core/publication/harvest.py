"""Notes what harvesters must learn of a dataset: that it is there, changed, or gone."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from cytotheca.core.models.base import utc_now
from cytotheca.core.models.harvest import HarvestRecord
from cytotheca.core.models.package import Package


def note_publicity(session: Session, package_id: str) -> None:
    """Note the present state of a dataset; those that never were public leave no trace."""
    package = session.get(Package, package_id)
    public = package is not None and package.is_public
    record = session.scalar(select(HarvestRecord).where(HarvestRecord.package_id == package_id))
    if record is None:
        if public and package is not None:
            session.add(HarvestRecord(package_id=package_id, owner_org=package.owner_org))
        return
    if not public and not record.public:
        return
    record.public = public
    record.changed = utc_now()
    if package is not None:
        record.owner_org = package.owner_org
