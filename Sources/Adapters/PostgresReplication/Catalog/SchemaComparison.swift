/// Compares what both sides say of a table. Pure.
struct SchemaComparison: Sendable {
  /// Types that users defined at the target.
  var targetTypes: Set<String>
  /// Tables whose indexes are away for a copy and come back: their keys are not compared.
  var rebuilding: Set<String> = []
  /// Whether changes come from the target as well: rows must be told apart alike.
  var isBothWays = false
  /// Whether the other direction copies: then it is the source that is to become as the target is.
  var isWayBack = false

  /// - Parameter target: the table of the same name; nil where there is none.
  func differences(of table: ScopedTable, at target: TableShape?) -> [SchemaDifference] {
    let source = table.shape
    guard let target else { return [missingTable(table)] }
    var found: [SchemaDifference] = []
    let add = { (column: String?, problem: String, remedy: String) in
      found.append(SchemaDifference(table: source.name, column: column, problem: problem, remedy: remedy))
    }
    let alter = "ALTER TABLE \(target.quotedName)"
    for column in source.plainColumns {
      let name = SQLText.identifier(column.name)
      guard let other = target.column(column.name) else {
        add(column.name, "is missing at the target", typeRemedy(column) + "\(alter) ADD COLUMN \(name) \(column.type)")
        continue
      }
      if other.isGenerated {
        add(
          column.name, "is computed at the target and not at the source",
          "\(alter) ALTER COLUMN \(name) DROP EXPRESSION")
      } else if !Self.fits(column.type, into: other.type) {
        add(
          column.name, "is \(column.type) at the source and \(other.type) at the target",
          typeRemedy(column) + "\(alter) ALTER COLUMN \(name) TYPE \(column.type) USING \(name)::text::\(column.type)")
      } else if other.isNotNull, !column.isNotNull {
        add(column.name, "may be null at the source only", "\(alter) ALTER COLUMN \(name) DROP NOT NULL")
      } else {
        for remedy in missingLabels(column, other) {
          add(column.name, "has labels that the target's type lacks", remedy)
        }
      }
    }
    for column in target.plainColumns where source.column(column.name)?.isGenerated ?? true {
      let isComputed = source.column(column.name) != nil
      if isComputed {
        add(
          column.name, "is computed at the source and not at the target",
          "drop it and add it as it is at the source, GENERATED ALWAYS AS (…) STORED")
      } else if column.isNotNull, !column.hasDefault {
        add(
          column.name, "exists at the target only, and must not be null",
          "\(alter) ALTER COLUMN \(SQLText.identifier(column.name)) SET DEFAULT …, or DROP NOT NULL")
      }
    }
    found += keyDifferences(table, target)
    if isBothWays { found += identityDifferences(table, target) + collationDifferences(source, target) }
    return found
  }

  /// A delete is remembered by the key that its side tells rows apart by.
  private func identityDifferences(_ table: ScopedTable, _ target: TableShape) -> [SchemaDifference] {
    let key = Set(table.shape.key)
    guard Set(target.key) != key, !rebuilding.contains(table.name) else { return [] }
    let list = { (columns: [String]) in "(" + columns.sorted().joined(separator: ", ") + ")" }
    let problem =
      target.key.isEmpty
      ? "has no key at the target that tells its rows apart, and \(list(table.shape.key)) at the source"
      : "has its rows told apart by \(list(target.key)) at the target and by \(list(table.shape.key)) at the source"
    guard !key.isEmpty, !target.key.isEmpty else {
      let remedy = "give the table one key on both sides, ALTER TABLE … ADD PRIMARY KEY (…)"
      return [SchemaDifference(table: table.name, column: nil, problem: problem, remedy: remedy)]
    }
    let (model, other) = isWayBack ? (target, table.shape) : (table.shape, target)
    // Without a unique index that is missing first.
    guard let index = other.uniqueIndexes.first(where: { Set($0.columns) == Set(model.key) }) else { return [] }
    let remedy = "ALTER TABLE \(other.quotedName) REPLICA IDENTITY USING INDEX \(SQLText.identifier(index.name))"
    return [SchemaDifference(table: table.name, column: nil, problem: problem, remedy: place + remedy)]
  }

  private var place: String { isWayBack ? "at the source, " : "" }

  /// What only one side takes as equal would be one row there and two here.
  private func collationDifferences(_ source: TableShape, _ target: TableShape) -> [SchemaDifference] {
    let told = Set((source.uniqueKeys + target.uniqueKeys).flatMap(\.self))
    return source.plainColumns.compactMap { column in
      guard told.contains(column.name), let other = target.column(column.name),
        column.looseRule != other.looseRule
      else { return nil }
      let name = SQLText.identifier(column.name)
      let (here, there) = (column.looseCollation, other.looseCollation)
      return SchemaDifference(
        table: source.name, column: column.name,
        problem: "takes unlike texts as equal \(here.map { "by \($0)" } ?? "nowhere") at the source, and "
          + "\(there.map { "by \($0)" } ?? "nowhere") at the target",
        remedy: place + "ALTER TABLE \(target.quotedName) ALTER COLUMN \(name) TYPE "
          + "\(isWayBack ? other.type : column.type) COLLATE "
          + ((isWayBack ? there : here) ?? "pg_catalog.\"default\""))
    }
  }

  private func keyDifferences(_ table: ScopedTable, _ target: TableShape) -> [SchemaDifference] {
    let key = table.key
    guard !key.isEmpty, !rebuilding.contains(table.name), key.allSatisfy({ target.column($0) != nil }),
      !target.uniqueKeys.contains(where: { Set($0) == Set(key) })
    else { return [] }
    let columns = key.map(SQLText.identifier).joined(separator: ", ")
    let remedy =
      target.key.isEmpty
      ? "ALTER TABLE \(target.quotedName) ADD PRIMARY KEY (\(columns))"
      : "CREATE UNIQUE INDEX ON \(target.quotedName) (\(columns))"
    return [
      SchemaDifference(
        table: table.name, column: nil, problem: "has no unique key (\(key.joined(separator: ", "))) at the target",
        remedy: remedy)
    ]
  }

  private func missingTable(_ table: ScopedTable) -> SchemaDifference {
    var columns = table.shape.columns.filter { !$0.isGenerated }.map { column in
      "\(SQLText.identifier(column.name)) \(column.type)\(column.isNotNull ? " NOT NULL" : "")"
        + (column.identity == .none
          ? "" : " GENERATED \(column.identity == .always ? "ALWAYS" : "BY DEFAULT") AS IDENTITY")
    }
    if !table.key.isEmpty {
      columns.append("PRIMARY KEY (\(table.key.map(SQLText.identifier).joined(separator: ", ")))")
    }
    var types: [String] = []
    for column in table.shape.plainColumns {
      let remedy = typeRemedy(column)
      if !remedy.isEmpty, !types.contains(remedy) { types.append(remedy) }
    }
    return SchemaDifference(
      table: table.name, column: nil, problem: "does not exist at the target",
      remedy: types.joined() + "CREATE TABLE \(table.shape.quotedName) (\(columns.joined(separator: ", ")))"
        + ", or carry all of it over with pg_dump --schema-only --table='\(table.shape.quotedName)'")
  }

  /// What the target needs before it can have a column of this type; empty when it has the type.
  private func typeRemedy(_ column: TableShape.Column) -> String {
    let type = Self.plainType(column.type)
    guard !column.isBuiltIn, !targetTypes.contains(type) else { return "" }
    guard let enumeration = column.enumeration, enumeration.type == type else {
      // Types that a server brings along are written without a schema.
      guard type.contains(".") else { return "" }
      return "the target lacks the type \(type), create it as it is at the source; "
    }
    let labels = enumeration.labels.map(SQLText.literal).joined(separator: ", ")
    return "CREATE TYPE \(type) AS ENUM (\(labels)); "
  }

  private func missingLabels(_ column: TableShape.Column, _ other: TableShape.Column) -> [String] {
    guard let source = column.enumeration, let target = other.enumeration else { return [] }
    let missing = source.labels.filter { !target.labels.contains($0) }
    guard !missing.isEmpty else { return [] }
    return [
      missing.map { "ALTER TYPE \(target.type) ADD VALUE \(SQLText.literal($0))" }.joined(separator: "; ")
    ]
  }

  /// The type without modifiers and brackets: `character varying(10)[]` gives `character varying`.
  private static func plainType(_ type: String) -> String {
    var type = type
    while type.hasSuffix("[]") { type.removeLast(2) }
    guard !type.hasPrefix("\""), let open = type.firstIndex(of: "(") else { return type }
    return String(type[..<open])
  }

  /// Whether every value of one type is the same text in the other.
  static func fits(_ source: String, into target: String) -> Bool {
    if source == target { return true }
    let (from, width, scale) = parts(source)
    let (to, room, places) = parts(target)
    switch (from, to) {
    case ("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint"): return true
    case ("character varying", "text"): return true
    case ("text", "character varying"): return room == nil
    case ("character varying", "character varying"):
      return room.map { room in width.map { $0 <= room } ?? false } ?? true
    case ("numeric", "numeric"):
      guard let room else { return true }
      return width.map { $0 <= room && scale == places } ?? false
    default: return false
    }
  }

  /// Whether the target refuses what it has no room for, instead of making something else of it; and the source has not
  /// written its rows anew to get the type.
  static func refuses(_ source: String, _ target: String) -> Bool {
    let (from, _, scale) = parts(source)
    let (to, _, places) = parts(target)
    switch (from, to) {
    case ("character varying", "character varying"), ("text", "character varying"): return true
    case ("numeric", "numeric"): return scale != nil && scale == places
    default: return false
    }
  }

  private static func parts(_ type: String) -> (name: String, first: Int?, second: Int?) {
    guard type.hasSuffix(")"), let open = type.firstIndex(of: "(") else { return (type, nil, nil) }
    let numbers = type[type.index(after: open)...].dropLast().split(separator: ",").map { Int($0) }
    return (String(type[..<open]), numbers.first ?? nil, numbers.count > 1 ? numbers[1] : nil)
  }
}
