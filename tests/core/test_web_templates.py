"""Templates of several plugins: the first listed wins, and each can add to the ones below."""

from __future__ import annotations

import pytest
from jinja2 import Environment, TemplateNotFound

from cytotheca.core.web.template_loader import LayeredLoader


@pytest.fixture
def folders(tmp_path):
    texts = {
        "first": "{% ckan_extends %}{% block a %}1{{ super() }}{% endblock %}",
        "second": "{%- ckan_extends -%}{% block a %}2{{ super() }}{% endblock %}",
        "core": "<{% block a %}core{% endblock %}>",
    }
    for name, text in texts.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.html").write_text(text)
    (tmp_path / "core" / "only.html").write_text("only in core")
    return [tmp_path / name for name in texts]


def render(folders, name):
    return Environment(loader=LayeredLoader(folders), autoescape=True).get_template(name).render()


def test_each_plugin_adds_to_what_lies_below(folders):
    assert render(folders, "page.html") == "<12core>"


def test_the_order_of_plugins_is_the_order_of_folders(folders):
    first, second, core = folders
    assert render([second, first, core], "page.html") == "<21core>"


def test_what_no_plugin_has_comes_from_the_core(folders):
    assert render(folders, "only.html") == "only in core"


@pytest.mark.parametrize("name", ["none.html", "../page.html", "3!page.html"])
def test_what_is_nowhere_is_not_found(folders, name):
    with pytest.raises(TemplateNotFound):
        render(folders, name)
