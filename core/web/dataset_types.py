"""Addresses of datasets of other types: they lead to the pages that all datasets have."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request

from cytotheca.core.runtime.site import Site


def dataset_types_blueprint(site: Site) -> Blueprint:
    """Serve ``/<type>/…`` for the types that plugins name."""
    blueprint = Blueprint("dataset_types", __name__)
    names = {name for types in site.hooks.dataset_types() for name in types}
    for name in sorted(names - {"dataset"}):
        blueprint.add_url_rule(f"/{name}/", name, _search(name))
        blueprint.add_url_rule(f"/{name}/<path:rest>", f"{name}_page", _page)
    return blueprint


def _search(name: str) -> Callable[[], Response]:
    def find() -> Response:
        return redirect(f"/dataset/?dataset_type={quote(name)}")  # type: ignore[return-value]

    return find


def _page(rest: str) -> Response:
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return redirect(f"/dataset/{quote(rest)}{query}")  # type: ignore[return-value]
