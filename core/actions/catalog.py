"""All actions, follow-up handlers and jobs of the core."""

from __future__ import annotations

from cytotheca.core.actions import (
    account,
    account_links,
    account_mail,
    api_token,
    audit,
    bulk_download,
    citation,
    collaborator,
    config_option,
    dataset_access,
    dataset_import,
    dataset_version,
    downloads,
    follow,
    follow_list,
    format_autocomplete,
    former_name,
    group,
    group_reindex,
    harvest,
    images,
    index_drift,
    indexing,
    job,
    job_overview,
    login_session,
    member,
    organization,
    package_read,
    package_search,
    package_write,
    resource_jobs,
    resource_list,
    resource_search,
    resource_view,
    resources,
    review_link,
    second_factor,
    site,
    tag,
    task_status,
    token_notice,
    tombstone,
    trash,
    user,
    vocabulary,
)
from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.jobs.sweeper import SWEEP
from cytotheca.core.jobs.trial import TRIAL
from cytotheca.core.mail.job import SEND_MAIL
from cytotheca.core.runtime.declare import Action
from cytotheca.core.runtime.site import Handler

TABLES: tuple[tuple[Action, ...], ...] = (
    package_read.ACTIONS,
    package_search.ACTIONS,
    package_write.ACTIONS,
    dataset_access.ACTIONS,
    dataset_import.ACTIONS,
    review_link.ACTIONS,
    dataset_version.ACTIONS,
    citation.ACTIONS,
    harvest.ACTIONS,
    downloads.ACTIONS,
    tombstone.ACTIONS,
    former_name.ACTIONS,
    bulk_download.ACTIONS,
    resources.ACTIONS,
    resource_jobs.ACTIONS,
    resource_list.ACTIONS,
    resource_search.ACTIONS,
    resource_view.ACTIONS,
    format_autocomplete.ACTIONS,
    organization.ACTIONS,
    group.ACTIONS,
    member.ACTIONS,
    collaborator.ACTIONS,
    user.ACTIONS,
    account.ACTIONS,
    account_links.ACTIONS,
    login_session.ACTIONS,
    second_factor.ACTIONS,
    audit.ACTIONS,
    api_token.ACTIONS,
    follow.ACTIONS,
    follow_list.ACTIONS,
    tag.ACTIONS,
    vocabulary.ACTIONS,
    site.ACTIONS,
    config_option.ACTIONS,
    job.ACTIONS,
    job_overview.ACTIONS,
    task_status.ACTIONS,
    trash.ACTIONS,
)


def core_actions() -> tuple[Action, ...]:
    """Return everything the core offers, before plugins chain it or put theirs in place."""
    return tuple(action for table in TABLES for action in table)


def core_handlers() -> dict[str, Handler]:
    """Return what index and event rows of the outbox ask for, by row name."""
    return {**indexing.HANDLERS, **images.HANDLERS}


def core_jobs() -> tuple[JobSpec, ...]:
    """Return the background jobs of the core."""
    return (
        *group_reindex.JOBS,
        *account_mail.JOBS,
        *token_notice.JOBS,
        SEND_MAIL,
        SWEEP,
        index_drift.MEND,
        TRIAL,
    )
