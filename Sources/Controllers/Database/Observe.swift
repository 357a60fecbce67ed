import Calendar
import Host
import PostgreSQL
public import Reconciliation

extension DatabaseController {
  public func observe(_ resource: Resource<DatabaseSpec>) async -> Observation<DatabaseObserved> {
    let began = clock.now
    guard resource.spec.address != nil else { return .known(DatabaseObserved(), at: began) }
    do {
      return .known(try await look(at: resource), at: began)
    } catch let failure as Failure {
      return .unknown(reason: "\(failure.subject): \(failure.cause)", since: began)
    } catch {
      return .unknown(reason: "the look was cut off", since: began)
    }
  }

  private func look(at resource: Resource<DatabaseSpec>) async throws -> DatabaseObserved {
    let names = PostgreSQLSession.array(resource.spec.settings.keys.sorted())
    let cluster = try await cluster(of: resource)
    let access = resource.spec.access
    let answers = try await session(resource, in: cluster, for: "look") { session in
      let answer = try session.rows(Self.statement, [names])
      return access.isEmpty ? [answer] : [answer, try Self.rowsOfAccess(access, session)]
    }
    do {
      let read = try answers.map { try JSON(parsing: Array(($0.first?.first.flatMap { $0 } ?? "").utf8)) }
      var seen = try read[0].decoded(as: DatabaseObserved.self)
      if resource.spec.room != nil, resource.spec.address?.isLocal == true {
        seen.freeBytes = read[0]["folder"].text.flatMap { try? DiskSpace(at: $0).availableBytes }
      }
      if read.count > 1 { seen.access = try read[1].decoded(as: DatabaseAccess.self) }
      seen.members = cluster?.members.map {
        DatabaseMember(name: $0.name, role: $0.role, state: $0.state, neverLeads: $0.neverLeads)
      }
      seen.isPaused = cluster?.isPaused
      return seen
    } catch {
      throw Failure(
        .needsOperator, code: "answer", operation: "look", subject: "\(resource.id)",
        cause: "the server's answer is not understood; is it PostgreSQL 10 or later?")
    }
  }

  /// One answer with everything, its keys those of ``DatabaseObserved``.
  static let statement = """
    SELECT json_build_object(
      'version', current_setting('server_version'), 'name', current_setting('cluster_name'),
      'isStandby', pg_is_in_recovery(),
      'bytes', (SELECT coalesce(sum(pg_database_size(oid)), 0)::bigint FROM pg_database WHERE datallowconn),
      'folder', (SELECT setting FROM pg_settings WHERE name = 'data_directory'),
      'settings', (
        SELECT coalesce(json_agg(json_build_object(
          'name', name, 'value', setting, 'unit', unit, 'type', vartype, 'context', context, 'source', source,
          'isPending', pending_restart) ORDER BY name), '[]')
        FROM pg_settings WHERE name = ANY ($1::text[]) OR pending_restart),
      'standbys', (
        SELECT coalesce(json_agg(json_build_object(
          'name', application_name, 'state', state, 'sync', sync_state,
          'lagBytes', coalesce(pg_wal_lsn_diff(
            CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END,
            replay_lsn)::bigint, 0),
          'lagMilliseconds', (extract(epoch FROM replay_lag) * 1000)::bigint) ORDER BY application_name), '[]')
        FROM pg_stat_replication WHERE state <> 'backup'),
      'hasTLS', current_setting('ssl')::bool,
      'openSessions', (
        SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE NOT ssl AND client_addr IS NOT NULL),
      'hasAudit', current_setting('shared_preload_libraries') LIKE '%pgaudit%',
      'audited', coalesce(nullif(current_setting('pgaudit.log', true), 'none'), ''))
    """
}
