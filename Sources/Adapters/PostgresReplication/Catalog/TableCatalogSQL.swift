/// What ``TableCatalog`` asks. `$1` are the schemas.
enum TableCatalogSQL {
  private static let isInScope = """
    n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
    """

  /// Types whose equal values have one text each. Not among them, besides those that ``KeyForm`` knows: `interval`, of
  /// which a day is 24 hours, and `jsonb`.
  private static let exactTypes = """
    '{bool,bytea,name,int8,int2,int4,text,oid,xid8,uuid,varchar,date,time,timetz,timestamp,timestamptz,inet,cidr,\
    macaddr,macaddr8,bit,varbit,money,pg_lsn}'::regtype[] || '"char"'::regtype
    """

  /// A type can be compared when each type that it is made of has a default operator class, its own or that of a type
  /// which it is stored like. Having an operator `=` says little: that of `box` compares areas.
  static let columns = """
    WITH RECURSIVE attribute AS (
      SELECT c.oid AS relation, a.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE \(isInScope)),
    part (root, type, is_bare) AS (
      SELECT DISTINCT atttypid, atttypid, true FROM attribute
      UNION
      SELECT p.root, m.oid, p.is_bare AND t.typtype = 'd' FROM part p JOIN pg_type t ON t.oid = p.type
      CROSS JOIN LATERAL (
        SELECT t.typbasetype AS oid WHERE t.typtype = 'd'
        UNION ALL SELECT t.typelem WHERE t.typsubscript = 'array_subscript_handler'::regproc AND t.typlen = -1
        UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE t.typtype = 'r' AND r.rngtypid = t.oid
        UNION ALL SELECT r.rngtypid FROM pg_range r WHERE t.typtype = 'm' AND r.rngmultitypid = t.oid
        UNION ALL SELECT f.atttypid FROM pg_attribute f
          WHERE t.typtype = 'c' AND f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped) m),
    kind AS (
      SELECT p.root, bool_and(t.typtype IN ('d', 'c', 'e', 'r', 'm')
          OR t.typsubscript = 'array_subscript_handler'::regproc AND t.typlen = -1
          OR EXISTS (SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
            WHERE m.amname IN ('btree', 'hash') AND o.opcdefault AND (o.opcintype = t.oid OR EXISTS (
              SELECT FROM pg_cast k WHERE k.castsource = t.oid AND k.casttarget = o.opcintype
                AND k.castmethod = 'b' AND k.castcontext = 'i')))) AS comparable,
        bool_and(t.oid < 16384 AND t.typname NOT LIKE 'reg%') AS built_in, max(t.oid) FILTER (WHERE t.typtype = 'e') AS enum_oid,
        CASE WHEN bool_or(p.is_bare AND t.oid = 'numeric'::regtype) THEN 'number'
          WHEN bool_or(p.is_bare AND t.oid IN ('float4'::regtype, 'float8'::regtype)) THEN 'float'
          WHEN bool_or(p.is_bare AND t.oid >= 16384 AND t.typname = 'citext' AND t.typtype = 'b') THEN 'caseless'
          WHEN bool_or(p.is_bare AND t.oid = 'bpchar'::regtype) THEN 'padded'
          WHEN bool_or(t.typtype = 'r' AND EXISTS (SELECT FROM pg_range r JOIN pg_collation o ON o.oid = r.rngcollation
            WHERE r.rngtypid = t.oid AND NOT o.collisdeterministic)) THEN 'unknown'
          WHEN bool_and(t.typtype IN ('d', 'e', 'r', 'm') OR t.oid = ANY (\(exactTypes))
            OR t.typsubscript = 'array_subscript_handler'::regproc AND t.typlen = -1
            OR t.oid >= 16384 AND t.typname = 'ltree') THEN 'exact' ELSE 'unknown' END AS key_form
      FROM part p JOIN pg_type t ON t.oid = p.type GROUP BY p.root)
    SELECT a.relation::bigint AS table_oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
      format_type(a.atttypid, -1) AS bare_type,
      a.attnotnull AS not_null, a.attgenerated <> '' AS generated, a.attidentity::text AS identity,
      a.atthasdef OR EXISTS (SELECT FROM pg_type t WHERE t.oid = a.atttypid AND t.typdefault IS NOT NULL)
        AS has_default,
      k.comparable, k.built_in, CASE WHEN l.oid IS NULL THEN k.key_form ELSE 'unknown' END AS key_form,
      quote_ident(l.nspname) || '.' || quote_ident(l.collname) AS loose_collation, l.rule AS loose_rule, format_type(k.enum_oid, NULL) AS enum_type,
      (SELECT string_agg(e.enumlabel, chr(31) ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = k.enum_oid)
        AS enum_labels
    FROM attribute a JOIN kind k ON k.root = a.atttypid
      LEFT JOIN (
        -- Where the locale stands depends on the version.
        SELECT o.oid, o.collname, n.nspname, concat_ws(' ', o.collprovider,
          coalesce(j.c ->> 'colllocale', j.c ->> 'colliculocale', j.c ->> 'collcollate'), j.c ->> 'collicurules') AS rule
        FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace CROSS JOIN LATERAL (SELECT to_jsonb(o) AS c) j
        WHERE NOT o.collisdeterministic) l ON l.oid = a.attcollation
    ORDER BY a.relation, a.attnum
    """

  /// A deferrable key identifies no row, nor does one that is not valid: the server takes the table as one without a key
  /// (`RelationGetIndexList`). What counts for a partitioned table is what its leaves have. The triggers of
  /// a lease to write are no triggers here: they let pass what this program's role writes.
  static let tables = """
    WITH relation AS (
      SELECT c.*, n.nspname, ARRAY(SELECT p.relid::oid FROM pg_partition_tree(c.oid) p UNION SELECT c.oid) AS members,
        CASE WHEN c.relkind = 'p' THEN
          ARRAY(SELECT p.relid::oid FROM pg_partition_tree(c.oid) p WHERE p.isleaf) ELSE ARRAY[c.oid] END AS leaves
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE \(isInScope)),
    finding AS (
      SELECT i.*, (SELECT string_agg(a.attname, chr(31) ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])) AS names
      FROM pg_index i JOIN relation r ON r.oid = i.indrelid
      WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL),
    identity AS (
      SELECT r.oid, CASE WHEN r.relreplident = 'i' THEN
          (SELECT f.indexrelid FROM finding f WHERE f.indrelid = r.oid AND f.indisreplident)
        ELSE (SELECT f.indexrelid FROM finding f WHERE f.indrelid = r.oid AND f.indisprimary) END AS index_oid,
        (SELECT CASE WHEN bool_or(l.relreplident = 'n') THEN 'n' WHEN bool_and(l.relreplident = 'f') THEN 'f'
          WHEN bool_or(l.relreplident = 'f') THEN 'd' END FROM pg_class l WHERE l.oid = ANY (r.leaves)) AS of_leaves
      FROM relation r)
    SELECT r.oid::bigint AS oid, r.nspname AS schema, r.relname AS name,
      CASE WHEN r.relreplident = 'i' AND d.index_oid IS NULL THEN 'n'
        ELSE coalesce(d.of_leaves, nullif(r.relreplident::text, 'f'), 'd') END AS identity,
      (SELECT f.names FROM finding f WHERE f.indexrelid = d.index_oid) AS key,
      (SELECT string_agg(x.relname || chr(31) || f.names, chr(30) ORDER BY x.relname)
        FROM finding f JOIN pg_class x ON x.oid = f.indexrelid WHERE f.indrelid = r.oid) AS unique_keys,
      EXISTS (SELECT FROM pg_index i WHERE i.indrelid = ANY (r.members) AND (i.indisunique OR i.indisexclusion)
        AND i.indexrelid IS DISTINCT FROM d.index_oid
        AND NOT EXISTS (SELECT FROM pg_partition_ancestors(i.indexrelid) p WHERE p.relid = d.index_oid))
        AS other_unique,
      EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f'
        AND (k.conrelid = ANY (r.members) OR k.confrelid = ANY (r.members))) AS foreign_keys,
      (SELECT string_agg(DISTINCT g.tgname, chr(31)) FROM pg_trigger g
        WHERE g.tgrelid = ANY (r.members) AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A')
          AND g.tgname <> 'signalbox_lease') AS triggers,
      (SELECT string_agg(DISTINCT g.tgname, chr(31)) FROM pg_trigger g
        WHERE g.tgrelid = ANY (r.members) AND NOT g.tgisinternal AND g.tgenabled IN ('R', 'A')) AS always_triggers,
      (SELECT string_agg(l.relname, chr(31) ORDER BY l.relname) FROM pg_class l
        WHERE r.relkind = 'p' AND l.oid = ANY (r.leaves)) AS partitions,
      EXISTS (SELECT FROM pg_class l WHERE l.oid = ANY (r.leaves) AND l.relkind = 'f') AS foreign_partitions,
      r.relkind = 'p' AS partitioned, pg_has_role(r.relowner, 'USAGE') AS owned,
      NOT EXISTS (SELECT FROM pg_class l WHERE l.oid = ANY (r.leaves) AND l.relpersistence = 'u') AS logged,
      r.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits h WHERE r.oid IN (h.inhparent, h.inhrelid)) AS inherited,
      (SELECT coalesce(sum(pg_table_size(l.oid)), 0) FROM pg_class l WHERE l.oid = ANY (r.leaves))::bigint AS bytes,
      (SELECT coalesce(sum(l.reltuples), -1) FROM pg_class l WHERE l.oid = ANY (r.leaves))::float8 AS rows
    FROM relation r JOIN identity d ON d.oid = r.oid
    ORDER BY r.nspname, r.relname
    """
}
