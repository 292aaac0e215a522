"""The page of the shelves. It shows what the action returns, and nothing else."""

from __future__ import annotations

from flask import Blueprint, render_template

from cytotheca.core.plugins.toolkit import Site, page_reading


def shelf_blueprint(site: Site) -> Blueprint:
    """Serve ``/sampleshelf``; the site asks extensions before its own pages."""
    blueprint = Blueprint("sampleshelf", __name__)

    @blueprint.get("/sampleshelf")
    def index() -> str:
        with page_reading(site) as context:
            shelves = context.call("sampleshelf_list")
        return render_template("sampleshelf/index.html", shelves=shelves)

    return blueprint
