"""What other programs read of the site: feeds, catalogues, citations, harvests, bulk downloads."""
