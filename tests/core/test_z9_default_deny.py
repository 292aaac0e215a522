"""Z9: what the public may do is written down here; everything else is closed.

A new action or route fails these tests until somebody has decided about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pages_site
import pytest

from cytotheca.core.actions.registry import Provided, Registry, RegistryError
from cytotheca.core.domain.errors import NotAuthorized
from cytotheca.core.runtime.declare import Action
from cytotheca.core.runtime.unit_of_work import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cytotheca.core.runtime.context import Context

#: Actions for everybody, or whose rule looks at the object that is asked for.
OPEN_ACTIONS = frozenset(
    """
    account_link_show password_reset password_reset_request user_invite_accept user_verify
    activity_data_show activity_diff activity_show
    dataset_changes dataset_citation dataset_downloads dataset_manifest
    dataset_tombstone_show former_name_show
    dataset_version_diff dataset_version_list dataset_version_show group_activity_list
    organization_activity_list package_activity_list recently_changed_packages_activity_list
    user_activity_list
    am_following_dataset am_following_group am_following_user current_package_list_with_resources
    dataset_followee_count dataset_follower_count dcserv followee_count format_autocomplete
    group_autocomplete
    group_followee_count group_follower_count group_list group_list_authz group_package_show
    group_show help_show license_list member_list member_roles_list organization_autocomplete
    organization_followee_count organization_follower_count organization_list
    organization_list_for_user organization_show package_autocomplete package_list package_search
    package_resource_list package_show resource_jobs resource_schema_supplements resource_search
    resource_show resource_view_list resource_view_show status_show
    supported_resource_suffixes tag_autocomplete
    tag_list
    tag_search tag_show
    task_status_show user_autocomplete user_create user_followee_count user_follower_count
    user_list user_show vocabulary_list vocabulary_show
    """.split()  # noqa: SIM905 - a name on each line is too long to be read
)
#: The first one's rule asks whether the site lets people register; by default it does not.
#: The others need a mailed key, or have one mailed.
OPEN_WRITES = {
    "user_create",
    "user_verify",
    "user_invite_accept",
    "password_reset",
    "password_reset_request",
}
#: Reads with GET and writes a note of the call; needs an account.
NOTED_BY_GET = {"resource_upload_s3_urls"}

OPEN_ROUTES = frozenset(
    """
    util.package_autocomplete util.tag_autocomplete util.format_autocomplete
    util.user_autocomplete util.group_autocomplete util.organization_autocomplete
    util.translations
    home.index home.about home.contact home.docs home.imprint home.privacy home.robots home.security
    api_docs.index openapi.openapi site_style.style
    assets.asset api.version api.version_of health.live health.ready
    dataset_search.search dataset_search.old_address
    dataset_versions.diff dataset_versions.index
    activity.of_dataset activity.of_group activity.of_organization activity.of_user
    dataset.read dataset.short_address resource.read view_forms.view
    group.index group.read group.about organization.about
    organization.index organization.read user.index user.read uploads.picture
    user.read_organizations user.read_groups review.enter
    downloads.download dc_serve.condensed dc_view.preview
    feeds.datasets feeds.custom feeds.tag feeds.group feeds.organization
    citations.cite citations.crate citations.links rdf.dataset rdf.catalog oai.oai
    sitemap.index sitemap.pages sitemap.datasets bulk.page bulk.manifest bulk.archive
    login.form login.ask_to_leave
    register.form register.ask register.invited reset.form reset.ask
    """.split()  # noqa: SIM905 - a name on each line is too long to be read
)
#: Read by POST, too: harvesters do, and a long selection of files fits into no address.
READ_BY_POST = {"oai.oai", "bulk.page", "bulk.manifest", "bulk.archive"}
#: Route → address; the public is sent to the login, or refused.
CLOSED_ROUTES = {
    "activity.dashboard": "/dashboard/",
    "follow.dataset_followers": "/dataset/followers/x",
    "follow.organization_followers": "/organization/followers/x",
    "follow.group_followers": "/group/followers/x",
    "follow.user_followers": "/user/followers/x",
    "user.dashboard": "/dashboard/",
    "user.my_datasets": "/dashboard/datasets",
    "user.groups": "/dashboard/groups",
    "user.organizations": "/dashboard/organizations",
    "user.me": "/user/me",
    "user.ask_to_delete": "/user/delete/ed",
    "api_token.read": "/user/ed/api-tokens",
    "profile.edit_mine": "/user/edit",
    "profile.edit": "/user/edit/ed",
    "profile.sessions": "/user/ed/sessions",
    "login.ask_for_code": "/user/login/code",
    "second_factor.read": "/user/ed/second-factor",
    "dataset_forms.new": "/dataset/new",
    "dataset_forms.edit": "/dataset/edit/x",
    "dataset_forms.ask_to_delete": "/dataset/delete/x",
    "dataset_forms.manage": "/dataset/manage/x",
    "resource_forms.files": "/dataset/resources/x",
    "resource_forms.new": "/dataset/x/resource/new",
    "resource_forms.edit": "/dataset/x/resource/y/edit",
    "resource_forms.ask_to_delete": "/dataset/x/resource/y/delete",
    "organization_bulk.choose": "/organization/bulk_process/lab-a",
    "view_forms.views": "/dataset/x/resource/y/views",
    "view_forms.edit": "/dataset/x/resource/y/edit_view/z",
    "share.collaborators": "/dataset/collaborators/x",
    "share.collections": "/dataset/groups/x",
    "review.access": "/dataset/access/x",
    "organization_forms.new": "/organization/new",
    "organization_forms.edit": "/organization/edit/lab-a",
    "organization_forms.ask_to_delete": "/organization/delete/lab-a",
    "organization_members.members": "/organization/members/lab-a",
    "organization_members.manage_members": "/organization/manage_members/lab-a",
    "organization_members.member_new": "/organization/member_new/lab-a",
    "organization_members.admins": "/organization/admins/lab-a",
    "organization_members.member_dump": "/organization/member_dump/lab-a",
    "group_forms.new": "/group/new",
    "group_forms.edit": "/group/edit/fig-1",
    "group_forms.ask_to_delete": "/group/delete/fig-1",
    "group_members.members": "/group/members/fig-1",
    "group_members.manage_members": "/group/manage_members/fig-1",
    "group_members.member_new": "/group/member_new/fig-1",
    "group_members.admins": "/group/admins/fig-1",
    "group_members.member_dump": "/group/member_dump/fig-1",
    "health.metrics": "/metrics",
}
#: Route → method and address; forms, for whose sake browsers send a token.
FORMS = {
    "activity.mark_old": ("POST", "/dashboard/mark-old"),
    **{
        f"follow.{verb}_{kind}": ("POST", f"/{kind}/{verb}/x")
        for verb in ("follow", "unfollow")
        for kind in ("dataset", "organization", "group", "user")
    },
    "login.login": ("POST", "/user/login"),
    "login.check_code": ("POST", "/user/login/code"),
    "second_factor.begin": ("POST", "/user/ed/second-factor/begin"),
    "second_factor.confirm": ("POST", "/user/ed/second-factor/confirm"),
    "second_factor.remove": ("POST", "/user/ed/second-factor/remove"),
    "user.delete": ("POST", "/user/delete/ed"),
    "login.logout": ("POST", "/user/_logout"),
    "register.register": ("POST", "/user/register"),
    "register.verify": ("POST", "/user/verify/x"),
    "register.accept": ("POST", "/user/invited/x"),
    "reset.request_link": ("POST", "/user/reset"),
    "reset.reset": ("POST", "/user/reset/x"),
    "profile.save": ("POST", "/user/edit/ed"),
    "profile.end": ("POST", "/user/ed/sessions/end"),
    "dataset_forms.create": ("POST", "/dataset/new"),
    "dataset_forms.save": ("POST", "/dataset/edit/x"),
    "dataset_forms.delete": ("POST", "/dataset/delete/x"),
    "resource_forms.change": ("POST", "/dataset/resources/x"),
    "resource_forms.create": ("POST", "/dataset/x/resource/new"),
    "resource_forms.save": ("POST", "/dataset/x/resource/y/edit"),
    "resource_forms.delete": ("POST", "/dataset/x/resource/y/delete"),
    "organization_bulk.change": ("POST", "/organization/bulk_process/lab-a"),
    "view_forms.create": ("POST", "/dataset/x/resource/y/new_view"),
    "view_forms.save": ("POST", "/dataset/x/resource/y/edit_view/z"),
    "view_forms.change": ("POST", "/dataset/x/resource/y/views"),
    "share.share": ("POST", "/dataset/collaborators/x/new"),
    "share.unshare": ("POST", "/dataset/collaborators/x/delete/y"),
    "share.collect": ("POST", "/dataset/groups/x"),
    "review.create": ("POST", "/dataset/access/x"),
    "review.revoke": ("POST", "/dataset/access/x/revoke/y"),
    "organization_forms.create": ("POST", "/organization/new"),
    "organization_forms.save": ("POST", "/organization/edit/lab-a"),
    "organization_forms.delete": ("POST", "/organization/delete/lab-a"),
    "organization_members.put": ("POST", "/organization/member_new/lab-a"),
    "organization_members.take": ("POST", "/organization/member_delete/lab-a"),
    "group_forms.create": ("POST", "/group/new"),
    "group_forms.save": ("POST", "/group/edit/fig-1"),
    "group_forms.delete": ("POST", "/group/delete/fig-1"),
    "group_members.put": ("POST", "/group/member_new/fig-1"),
    "group_members.take": ("POST", "/group/member_delete/fig-1"),
    "api_token.create": ("POST", "/user/ed/api-tokens"),
    "api_token.revoke": ("POST", "/user/ed/api-tokens/x/revoke"),
}
for _prefix in ("ckan-admin", "admin"):
    for _page in ("audit", "config", "jobs", "trash"):
        CLOSED_ROUTES[f"admin_{_prefix}.{_page}"] = f"/{_prefix}/{_page}"
    CLOSED_ROUTES[f"admin_{_prefix}.index"] = f"/{_prefix}/"
    CLOSED_ROUTES[f"admin_{_prefix}.ask"] = f"/{_prefix}/reset_config"
    for _form, _place in (
        ("change", "sysadmins"),
        ("change_jobs", "jobs"),
        ("purge", "trash"),
        ("reset", "reset_config"),
        ("save", "config"),
    ):
        FORMS[f"admin_{_prefix}.{_form}"] = ("POST", f"/{_prefix}/{_place}")
#: Route → method and address; the address has to be signed.
SIGNED = {
    "objects.read_object": ("GET", "/objects/circle-x/resource/000/000/0"),
    "objects.write_object": ("PUT", "/objects/circle-x/resource/000/000/0"),
    "objects.complete_object": ("POST", "/objects/circle-x/resource/000/000/0?uploadId=x"),
}
#: Tested by itself below, or answers preflights only.
OTHERS = {"api.action", "objects.allow_other_origins"}

FAR = {"REMOTE_ADDR": "192.0.2.1"}


@pytest.fixture(scope="module")
def field(tmp_path_factory) -> Iterator[pages_site.PagesSite]:
    """A site with the field's extensions."""
    options = {"ckan.plugins": "activity dc_schemas dc_serve dc_view"}
    built = pages_site.build_site(tmp_path_factory.mktemp("z9"), options)
    yield built
    built.site.close()


@pytest.fixture
def public(field) -> Iterator[Context]:
    """The context of an anonymous call."""
    with reading(field.site, via="api") as context:
        yield context


def test_an_action_without_a_rule_stops_the_site():
    def forgotten(context: object, params: object) -> None:
        """Do something nobody has thought about."""

    core = Provided(provider="core", actions=(Action(name="f", body=forgotten),), rules={})
    with pytest.raises(RegistryError, match="f"):
        Registry(core, ())


def test_all_actions_but_these_refuse_the_public(field, public):
    """Before they look at what they are asked for."""
    let_in = set()
    for name in set(field.site.actions.names()) - OPEN_ACTIONS:
        try:
            field.site.actions.check(public, name, {})
        except NotAuthorized:
            continue
        let_in.add(name)
    assert let_in == set()
    assert set(field.site.actions.names()) >= OPEN_ACTIONS


def test_open_actions_only_read(field):
    actions = field.site.actions
    assert {name for name in OPEN_ACTIONS if not actions.is_read_only(name)} == OPEN_WRITES
    by_get = {name for name in actions.names() if actions.answers_get(name)}
    assert {name for name in by_get if not actions.is_read_only(name)} == NOTED_BY_GET


def test_nobody_registers_unless_the_site_says_so(field):
    new = {"name": "eve", "email": "eve@example.org", "password": pages_site.PASSWORD}
    assert field.browser().post("/api/3/action/user_create", json=new).status_code == 403
    assert "eve" not in field.call("user_list", "ada", all_fields=False)


def test_each_route_is_decided_about(field):
    known = OPEN_ROUTES | set(CLOSED_ROUTES) | set(FORMS) | set(SIGNED) | OTHERS
    assert {rule.endpoint for rule in field.app.url_map.iter_rules()} == known


def test_open_routes_only_read(field):
    """And no form or signed address has a method more than what is tested here."""
    for rule in field.app.url_map.iter_rules():
        writes = set(rule.methods or ()) - {"GET", "HEAD", "OPTIONS"}
        one = FORMS.get(rule.endpoint) or SIGNED.get(rule.endpoint) or ("", "")
        by_post = rule.endpoint == "api.action" or rule.endpoint in READ_BY_POST
        allowed = {"POST"} if by_post else {one[0]}
        assert writes <= allowed, rule


@pytest.mark.parametrize("address", CLOSED_ROUTES.values())
def test_closed_pages_send_the_public_to_the_login(field, address):
    answer = field.browser().get(address, environ_overrides=FAR, follow_redirects=True)
    refused = answer.status_code in {401, 403, 404}
    assert refused or answer.request.path == "/user/login"


def test_a_proxy_on_this_machine_opens_no_metrics(field):
    public = field.browser()
    assert public.get("/metrics").status_code == 200
    headers = {"X-Forwarded-For": FAR["REMOTE_ADDR"]}
    assert public.get("/metrics", headers=headers).status_code == 404


def test_nobody_makes_the_metrics_grow(field):
    """Z21: a method is whatever a client sends."""
    public = field.browser()
    for number in range(3):
        assert public.open("/health/live", method=f"ODD{number}").status_code == 405
    told = public.get("/metrics").text
    assert "ODD" not in told
    assert 'method="other"' in told


@pytest.mark.parametrize("user", [None, "ada"])
@pytest.mark.parametrize(("method", "address"), FORMS.values())
def test_forms_need_a_token_of_the_page(field, user, method, address):
    """Z8: also those of administrators, who may do everything else."""
    answer = field.browser(user).open(address, method=method, data={"name": "forged"})
    is_refused = user is None and answer.status_code in {403, 404}
    assert is_refused or answer.status_code == 400


@pytest.mark.parametrize("user", [None, "ada"])
@pytest.mark.parametrize(("method", "address"), SIGNED.values())
def test_objects_need_a_signature(field, user, method, address):
    answer = field.browser(user).open(address, method=method, data=b"x")
    assert answer.status_code in {403, 404}
    assert answer.data != b"x"


def test_no_action_writes_for_a_forged_request(field):
    """Z8: a page of another site makes the browser send the cookie."""
    ada = field.browser("ada")
    actions = field.site.actions
    written = {
        name
        for name in actions.names()
        if not actions.answers_get(name)
        and ada.post(f"/api/3/action/{name}", data={"id": "ed"}).status_code not in {400, 403}
    }
    assert written == set()


def test_no_action_writes_by_get(field):
    ada = field.browser("ada")
    actions = field.site.actions
    writing = [name for name in actions.names() if not actions.answers_get(name)]
    answers = {name: ada.get(f"/api/3/action/{name}?id=ed").status_code for name in writing}
    assert set(answers.values()) == {400}
