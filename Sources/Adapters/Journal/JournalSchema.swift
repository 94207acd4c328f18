import GRDB

/// The tables of the journal. Triggers keep them append-only for every program, not just this one.
enum JournalSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 entry") { database in
      try database.execute(
        sql: """
          CREATE TABLE entry (
            sequence INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            operation TEXT,
            actor TEXT NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            previousHash TEXT NOT NULL,
            hash TEXT NOT NULL
          );
          CREATE INDEX entryByOperation ON entry (operation, kind);
          CREATE TRIGGER entryIsNeverChanged BEFORE UPDATE ON entry
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
          CREATE TRIGGER entryIsNeverRemoved BEFORE DELETE ON entry
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
          CREATE TABLE writable (tries INTEGER NOT NULL);
          INSERT INTO writable VALUES (0);
          """)
    }
    return migrator
  }
}
