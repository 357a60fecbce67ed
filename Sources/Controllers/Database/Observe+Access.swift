import PostgreSQL
import Reconciliation

extension DatabaseController {
  /// What the server says of who gets in, its keys those of ``DatabaseAccess``.
  static func rowsOfAccess(
    _ access: [String: DatabaseSpec.Access], _ session: PostgreSQLSession
  ) throws -> [[String?]] {
    let written = access.keys.sorted()
    // Superusers alone may read it where nobody else was let; a statement that names it is refused as a whole.
    let mayRead =
      try session.rows(
        """
        SELECT has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')
          AND has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE')
        """
      ).first?.first == "t"
    let full = written.filter { access[$0] == .full }
    return try session.rows(
      statement(withRules: mayRead), [written, full].map { PostgreSQLSession.array($0) })
  }

  /// One answer with all of it. A superuser belongs to every role as the server's own functions tell, so that who was made a
  /// member is looked up.
  private static func statement(withRules mayRead: Bool) -> String {
    """
    WITH RECURSIVE written AS (SELECT * FROM pg_roles WHERE rolname = ANY ($1::text[])),
    belongs (role, member) AS (
      SELECT oid, oid FROM written
      UNION SELECT role, m.member FROM belongs JOIN pg_auth_members m ON roleid = belongs.member),
    rights (role, what) AS (
      SELECT oid, 'do everything, as a superuser' FROM written WHERE rolsuper
      UNION ALL SELECT oid, 'create roles' FROM written WHERE rolcreaterole AND NOT rolsuper
      UNION ALL SELECT oid, 'create databases' FROM written WHERE rolcreatedb AND NOT rolsuper
      UNION ALL SELECT w.oid, 'do what ' || g.rolname || ' may' FROM written w JOIN pg_roles g ON g.rolname IN (
          'pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program', 'pg_database_owner')
        WHERE NOT w.rolsuper AND pg_has_role(w.oid, g.oid, 'MEMBER')
      UNION ALL SELECT w.oid, 'do everything in the database ' || datname FROM written w, pg_database
        WHERE NOT rolsuper AND datallowconn AND pg_has_role(w.oid, datdba, 'MEMBER')
      UNION ALL SELECT w.oid, 'make schemas in the database ' || datname FROM written w, pg_database d
        WHERE NOT rolsuper AND datallowconn AND NOT pg_has_role(w.oid, datdba, 'MEMBER')
          AND has_database_privilege(w.oid, d.oid, 'CREATE')
      UNION ALL SELECT w.oid, 'make tables in the schema ' || nspname FROM written w, pg_namespace n
        WHERE NOT rolsuper AND nspname !~ '^pg_' AND has_schema_privilege(w.oid, n.oid, 'CREATE')
      UNION ALL SELECT w.oid, 'write in ' || count(*) || ' tables, such as ' || min(nspname || '.' || relname)
        FROM written w, pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE NOT rolsuper AND relkind IN ('r', 'p', 'v', 'f') AND nspname NOT IN ('pg_catalog', 'information_schema')
          AND nspname !~ '^pg_' AND has_schema_privilege(w.oid, n.oid, 'USAGE')
          AND (has_table_privilege(w.oid, c.oid, 'DELETE, TRUNCATE')
            OR has_any_column_privilege(w.oid, c.oid, 'INSERT, UPDATE'))
        GROUP BY w.oid)
    SELECT json_build_object(
      'superusers', (
        SELECT coalesce(json_agg(rolname ORDER BY rolname), '[]') FROM pg_roles s
        WHERE rolsuper AND rolcanlogin AND oid <> 10 AND rolname <> session_user
          AND NOT EXISTS (
            SELECT FROM belongs JOIN written ON role = written.oid
            WHERE member = s.oid AND written.rolname = ANY ($2::text[]))),
      'roles', (
        SELECT coalesce(json_agg(json_build_object(
          'name', rolname,
          'rights', (SELECT coalesce(json_agg(what ORDER BY what), '[]') FROM rights WHERE role = w.oid),
          'lasting', (
            SELECT coalesce(json_agg(m.rolname ORDER BY m.rolname), '[]') FROM belongs JOIN pg_roles m ON m.oid = member
            WHERE role = w.oid AND m.rolcanlogin AND coalesce(m.rolvaliduntil, 'infinity') = 'infinity')
        ) ORDER BY rolname), '[]') FROM written w),
      'rules', \(mayRead ? rules : "NULL"))
    """
  }

  private static let rules = """
    (SELECT coalesce(json_agg(json_build_object(
        'line', line_number, 'trusts', auth_method = 'trust',
        'text', concat_ws(' ', type, array_to_string(database, ','), array_to_string(user_name, ','), address, netmask,
          auth_method),
        'isRemote', type <> 'local' AND address NOT IN ('127.0.0.1', '::1', 'localhost', 'samehost')
      ) ORDER BY line_number), '[]')
      FROM pg_hba_file_rules
      WHERE error IS NULL AND (auth_method = 'trust' OR auth_method <> 'reject' AND type IN ('host', 'hostnossl')
        AND (address = 'all' OR netmask IN ('0.0.0.0', '::'))))
    """
}
