"""All addresses for harvesters, feed readers and other programs."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint

from cytotheca.core.feeds.atom_pages import atom_blueprint
from cytotheca.core.feeds.bulk_pages import bulk_blueprint
from cytotheca.core.feeds.citations import citations_blueprint
from cytotheca.core.feeds.oai import oai_blueprint
from cytotheca.core.feeds.rdf_pages import rdf_blueprint
from cytotheca.core.feeds.sitemap import sitemap_blueprint
from cytotheca.core.runtime.site import Site


def feed_blueprints(site: Site) -> Sequence[Blueprint]:
    """Return the blueprints of everything that is read by programs only."""
    return [
        atom_blueprint(site),
        citations_blueprint(site),
        bulk_blueprint(site),
        oai_blueprint(site),
        rdf_blueprint(site),
        sitemap_blueprint(site),
    ]
