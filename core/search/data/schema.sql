-- The embedded search index. Everything in it can be rebuilt from the database.

CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- Documents of equal visibility stand on one shelf; a search first picks shelves.
CREATE TABLE shelf (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    capacity TEXT NOT NULL,
    dataset_type TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    site_id TEXT NOT NULL,
    labels TEXT NOT NULL,
    n INTEGER NOT NULL DEFAULT 0,
    UNIQUE (state, capacity, dataset_type, entity_type, site_id, labels)
);
CREATE TABLE shelf_label (
    label TEXT NOT NULL, shelf INTEGER NOT NULL, PRIMARY KEY (label, shelf)
) WITHOUT ROWID;

CREATE TABLE document (
    doc INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    shelf INTEGER NOT NULL,
    name TEXT NOT NULL,
    title_string TEXT NOT NULL,
    metadata_created INTEGER NOT NULL,
    metadata_modified INTEGER NOT NULL
);
-- They end in the shelf so that a page is found without reading the table.
CREATE INDEX document_by_modified ON document (metadata_modified, id, shelf);
CREATE INDEX document_by_modified_down ON document (metadata_modified DESC, id, shelf);
CREATE INDEX document_by_created_down ON document (metadata_created DESC, id, shelf);
CREATE INDEX document_by_name ON document (name, id, shelf);
CREATE INDEX document_by_title ON document (title_string, id, shelf);
CREATE INDEX document_by_shelf ON document (shelf, doc);

-- Apart from ``document``, whose rows stay small and close together.
CREATE TABLE stored (doc INTEGER PRIMARY KEY, dataset TEXT NOT NULL, fields TEXT NOT NULL);

CREATE TABLE field (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE term (
    field INTEGER NOT NULL, value TEXT NOT NULL, doc INTEGER NOT NULL,
    PRIMARY KEY (field, value, doc)
) WITHOUT ROWID;
CREATE INDEX term_by_doc ON term (doc, field, value);
CREATE TABLE number (
    field INTEGER NOT NULL, value NUMERIC NOT NULL, doc INTEGER NOT NULL,
    PRIMARY KEY (field, value, doc)
) WITHOUT ROWID;
CREATE INDEX number_by_doc ON number (doc, field, value);
-- How often a value occurs on a shelf: facets of a search that only picks shelves.
CREATE TABLE tally (
    field INTEGER NOT NULL, shelf INTEGER NOT NULL, value TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (field, shelf, value)
) WITHOUT ROWID;

-- Text is kept once; the full-text tables refer to it.
CREATE TABLE doc_text (doc INTEGER PRIMARY KEY, name, title, tags, groups, text);
CREATE VIRTUAL TABLE doc_stems USING fts5 (
    name, title, tags, groups, text,
    content = 'doc_text', content_rowid = 'doc',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE doc_words USING fts5 (
    text, content = 'doc_text', content_rowid = 'doc', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE doc_vocabulary USING fts5vocab (doc_words, row);
CREATE TABLE field_text (
    id INTEGER PRIMARY KEY, doc INTEGER NOT NULL, field INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE INDEX field_text_by_doc ON field_text (doc);
CREATE VIRTUAL TABLE field_stems USING fts5 (
    text, content = 'field_text', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE field_words USING fts5 (
    text, content = 'field_text', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE field_vocabulary USING fts5vocab (field_words, row);

CREATE TRIGGER doc_text_added AFTER INSERT ON doc_text BEGIN
    INSERT INTO doc_stems (rowid, name, title, tags, groups, text)
    VALUES (new.doc, new.name, new.title, new.tags, new.groups, new.text);
    INSERT INTO doc_words (rowid, text) VALUES (new.doc, new.text);
END;
CREATE TRIGGER doc_text_removed AFTER DELETE ON doc_text BEGIN
    INSERT INTO doc_stems (doc_stems, rowid, name, title, tags, groups, text)
    VALUES ('delete', old.doc, old.name, old.title, old.tags, old.groups, old.text);
    INSERT INTO doc_words (doc_words, rowid, text) VALUES ('delete', old.doc, old.text);
END;
CREATE TRIGGER field_text_added AFTER INSERT ON field_text BEGIN
    INSERT INTO field_stems (rowid, text) VALUES (new.id, new.text);
    INSERT INTO field_words (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER field_text_removed AFTER DELETE ON field_text BEGIN
    INSERT INTO field_stems (field_stems, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO field_words (field_words, rowid, text) VALUES ('delete', old.id, old.text);
END;

-- Ids that were written while a rebuild runs: newer than what the rebuild brings.
CREATE TABLE touched (id TEXT PRIMARY KEY) WITHOUT ROWID;
