/// The tables, as steps from nothing to now. Steps are only ever appended.
///
/// The number of steps that a database has taken is in the comment of its table `accounts`, not in a table: logical
/// replication copies rows, and both clouds' databases take the steps by themselves.
enum Schema {
  static let steps: [String] = [
    """
    CREATE TABLE accounts (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      email text NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
      password_hash text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE sessions (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
      account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
      expires_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX sessions_expires_at ON sessions (expires_at);
    CREATE INDEX sessions_account ON sessions (account_id);
    CREATE TABLE tasks (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
      title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
      notes text NOT NULL DEFAULT '' CHECK (length(notes) <= 10000),
      done boolean NOT NULL DEFAULT false,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX tasks_page ON tasks (account_id, created_at DESC, id DESC);
    CREATE TABLE announcements (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      body text NOT NULL CHECK (length(body) BETWEEN 1 AND 1000),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX announcements_newest ON announcements (created_at DESC);
    """,
    // Replicated like the others: a guesser does not begin anew where the right to write has moved.
    """
    CREATE TABLE login_attempts (
      id uuid PRIMARY KEY,
      failures integer NOT NULL CHECK (failures >= 0),
      counted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX login_attempts_counted_at ON login_attempts (counted_at);
    """,
  ]

  /// Those of each step.
  static let tables = [["accounts", "sessions", "tasks", "announcements"], ["login_attempts"]]

  static func comment(_ version: Int) -> String { "signalbox-workload schema \(version)" }
}
