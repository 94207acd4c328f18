extension Rebuild {
  /// Foreign keys of the table `$1` and those that refer to it, as far as they could be made again. Those of partitions go
  /// with their parent's.
  static let foreignKeys = """
    SELECT n.nspname || '.' || c.relname AS table_name, k.conname AS name,
      format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
        || coalesce(format(E';\\nCOMMENT ON CONSTRAINT %I ON %I.%I IS %L', k.conname, n.nspname, c.relname,
          obj_description(k.oid, 'pg_constraint')), '') AS definition,
      format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname) AS removal
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND $1::regclass IN (k.conrelid, k.confrelid)
      AND has_any_column_privilege(k.confrelid, 'REFERENCES')
    ORDER BY k.conname
    """

  /// Indexes of the table `$1`, those of constraints among them.
  static let indexes = """
    SELECT n.nspname || '.' || c.relname AS table_name, x.relname AS name, i.indisunique OR i.indisexclusion AS is_unique,
      CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
        ELSE format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
      END AS definition,
      CASE WHEN k.oid IS NULL THEN format('DROP INDEX %I.%I', n.nspname, x.relname)
        ELSE format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname) END AS removal
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
    WHERE i.indrelid = $1::regclass AND c.relkind = 'r' AND NOT c.relispartition AND i.indisvalid
      AND NOT i.indisreplident AND NOT i.indisclustered AND x.reltablespace = 0
      AND (x.reloptions IS NULL OR k.oid IS NULL)
      AND obj_description(i.indexrelid, 'pg_class') IS NULL
      AND (k.oid IS NULL OR obj_description(k.oid, 'pg_constraint') IS NULL)
      AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget > 0)
    -- What is made first is what rows are found by.
    ORDER BY i.indisprimary DESC, i.indisunique DESC, x.relname
    """
}
