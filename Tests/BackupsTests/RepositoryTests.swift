import Calendar
import Fixtures
import Glibc
import Host
import PgBackRest
import Reconciliation
import Testing

@testable import Backups

@Suite(
  "Backups by a real pgBackRest", .serialized,
  .enabled(if: BackedUpCluster.isAvailable, "needs postgresql-15 and pgbackrest"))
struct RepositoryTests {
  private func codes(_ plan: Plan<BackupsAction>) -> [String] { plan.findings.map(\.code) }

  @Test("an empty stanza gets a full backup and a proved archive, once, and each next one when it is due")
  func converges() async throws {
    try await BackedUpCluster.with { cluster in
      let spec = cluster.spec(rpo: "10min")
      #expect(codes(await cluster.plan(spec)).contains("none"))
      #expect(try await cluster.settle(spec) == ["backup", "check"])
      let plan = await cluster.plan(spec)
      #expect(plan.findings.isEmpty && plan.state == .ready)
      let later = await cluster.plan(spec, after: .seconds(86_400 + 60)).actions
      #expect(later.map(\.verb) == ["backup", "check"])
      #expect(later.first?.type == .differential)
      #expect(await cluster.plan(spec, after: .seconds(7 * 86_400 + 60)).actions.first?.type == .full)

      try await cluster.pgbackrest(["--type=diff", "backup"])
      let observed = try await cluster.observe(spec)
      #expect(observed.newest.count == 2 && observed.newest[0].name.hasSuffix("D"))
      #expect(observed.newest.allSatisfy { observed.record.verdict(on: $0)?.result == .sound })
    }
  }

  @Test(
    "a drill restores into a cluster of its own, asks it, says how far it came, and leaves nothing behind")
  func drills() async throws {
    try await BackedUpCluster.with { cluster in
      let spec = cluster.spec(
        drill: "monthly", queries: ["postgres": ["select count(*) = 2 from precious", "select 1"]])
      try await cluster.sql("create table precious as select 1 as n")
      // What would act if it took effect in the restored cluster; here it does not, for want of a reload.
      try await cluster.sql("alter system set archive_command = 'touch \(cluster.root)/log/acted'")
      try await cluster.sql("alter system set archive_mode = always")
      _ = try await cluster.settle(spec)
      try await cluster.sql("insert into precious values (2)")
      let committed = SystemClock().now
      try await cluster.pgbackrest(["check"])

      let outcome = try await cluster.drill(spec)
      #expect(outcome.details["ok"] == true)
      let reached = try #require(outcome.details["reached"].text.flatMap { Instant(rfc3339: $0) })
      #expect(reached <= committed && reached > committed - .seconds(60))
      #expect(cluster.leftovers == [])
      #expect(access("\(cluster.root)/log/acted", F_OK) != 0)
      #expect(try await cluster.observe(spec).record.lastSuccess?.reached == reached)
      Figure.tell("restore drill of 23 MB with pgBackRest", "\(outcome.details["seconds"].int ?? 0) s")
    }
  }

  @Test(
    "what has grown since its drill warns of rto before a restore takes that long; the next drill settles it")
  func growth() async throws {
    try await BackedUpCluster.with { cluster in
      _ = try await cluster.settle(cluster.spec())
      let small = try #require(try await cluster.drill(cluster.spec()).details["seconds"].int)
      let spec = cluster.spec(rto: .seconds(2 * max(small, 1)))
      #expect(!codes(await cluster.plan(spec)).contains { $0.hasPrefix("rto") })

      try await cluster.sql(
        "create table much as select repeat(md5(n::text), 20) from generate_series(1, 80000) n")
      try await cluster.pgbackrest(["--type=full", "backup"])
      let record = try await cluster.observe(spec).record.lastSuccess
      let newest = try #require(try await cluster.observe(spec).newest.first)
      #expect(try newest.bytes > 3 * #require(record).bytes)
      let findings = await cluster.plan(spec).findings.filter { $0.code.hasPrefix("rto") }
      #expect(findings.map(\.code) == ["rto-soon"] && findings.first?.severity == .warning)

      let large = try #require(try await cluster.drill(spec).details["seconds"].int)
      let isTooSlow = Duration.seconds(large) > spec.rto ?? .zero
      #expect(
        codes(await cluster.plan(spec)).filter { $0.hasPrefix("rto") } == (isTooSlow ? ["rto"] : []))
    }
  }

  @Test(
    "an answer that is false, null or none, and a query that fails, fail the drill, which leaves nothing behind"
  )
  func asks() async throws {
    try await BackedUpCluster.with { cluster in
      _ = try await cluster.settle(cluster.spec())
      try await fails("select false", cluster)
      try await fails("select null", cluster)
      try await fails("select 1 where false", cluster)
      try await fails("select * from missing", cluster)
    }
  }

  private func fails(_ query: String, _ cluster: BackedUpCluster) async throws {
    let spec = cluster.spec(queries: ["postgres": [query]])
    await #expect {
      _ = try await cluster.drill(spec)
    } throws: { ($0 as? Failure)?.class == .needsOperator }
    #expect(cluster.leftovers == [])
    #expect(codes(await cluster.plan(spec)).contains("drill-failed"))
  }

  @Test("a backup whose folder was deleted is corrupt, fails its drill, and is followed by a full one")
  func halfWritten() async throws {
    try await BackedUpCluster.with { cluster in
      let spec = cluster.spec()
      _ = try await cluster.settle(spec)
      let label = try #require(try await cluster.observe(spec).newest.first?.name)
      try await cluster.shell("rm -r \(cluster.repository)/backup/main/\(label)")
      // pgBackRest itself finds nothing wrong.
      try await cluster.pgbackrest(["verify"])

      let plan = await cluster.plan(spec)
      #expect(plan.findings.first { $0.code == "corrupt" }?.severity == .critical)
      #expect(plan.actions.first?.type == .full)
      await #expect { _ = try await cluster.drill(spec) } throws: {
        ($0 as? Failure)?.cause.contains("backup.manifest") == true
      }
      #expect(cluster.leftovers == [])
    }
  }

  @Test("a backup without its manifest is found by the drill, if by nothing else")
  func withoutManifest() async throws {
    try await BackedUpCluster.with { cluster in
      let spec = cluster.spec()
      _ = try await cluster.settle(spec)
      // `latest` is a link to one of them, so each is met twice.
      try await cluster.shell("rm -f \(cluster.repository)/backup/main/*/backup.manifest*")
      await #expect(throws: Failure.self) { _ = try await cluster.drill(spec) }
      #expect(codes(await cluster.plan(spec)).contains("drill-failed"))
    }
  }

  @Test(
    "a segment that is missing behind the newest backup is found, fails a drill, and is mended by a backup")
  func gap() async throws {
    try await BackedUpCluster.with { cluster in
      let spec = cluster.spec(rpo: "10min")
      _ = try await cluster.settle(spec)
      try await cluster.pgbackrest(["check"])
      try await cluster.pgbackrest(["check"])
      try await cluster.pgbackrest(["check"])
      let newest = try #require(try await cluster.observe(spec).repository?.newestSegment)
      let digits = String(UInt64(newest.suffix(8), radix: 16)! - 1, radix: 16, uppercase: true)
      try await cluster.shell(
        "rm \(cluster.repository)/archive/main/15-1/*/*\(String(repeating: "0", count: 8 - digits.count))\(digits)-*"
      )

      await #expect { _ = try await cluster.drill(spec) } throws: {
        ($0 as? Failure)?.cause.contains("goes on to \(newest)") == true
      }
      #expect(cluster.leftovers == [])
      _ = try await cluster.controller.apply(BackupsAction(kind: .check), to: resource(spec))
      let plan = await cluster.plan(spec)
      #expect(codes(plan).contains("archive-gap"))
      #expect(plan.actions.first?.kind == .backup)
      _ = try await cluster.controller.apply(plan.actions[0], to: resource(spec))
      #expect(await cluster.plan(spec).actions.map(\.verb) != ["backup"])
      _ = try await cluster.controller.apply(BackupsAction(kind: .check), to: resource(spec))
      #expect(!codes(await cluster.plan(spec)).contains("archive-gap"))
      #expect(try await cluster.drill(spec).details["ok"] == true)
    }
  }

  @Test("a server that is down leaves the repository known, and says so once it is to be proved")
  func down() async throws {
    try await BackedUpCluster.with { cluster in
      let spec = cluster.spec(rpo: "10min")
      _ = try await cluster.settle(spec)
      try await cluster.stop()
      await refuses(.check, spec, cluster)
      await refuses(.backup, spec, cluster)
      let plan = await cluster.plan(spec, after: .seconds(601))
      #expect(codes(plan) == ["rpo", "archive"])
      #expect(plan.actions.map(\.verb) == ["check"])
      // What is there can be restored without it.
      #expect(try await cluster.drill(spec).details["ok"] == true)
    }
  }

  private func refuses(_ kind: BackupsAction.Kind, _ spec: BackupsSpec, _ cluster: BackedUpCluster) async {
    await #expect {
      _ = try await cluster.controller.apply(BackupsAction(kind: kind, type: .full), to: resource(spec))
    } throws: { ($0 as? Failure)?.class == .transient }
  }

  @Test("a stanza that is missing is for whoever runs the database, and nothing is tried")
  func noStanza() async throws {
    try await BackedUpCluster.with(creatingStanza: false) { cluster in
      let plan = await cluster.plan(cluster.spec())
      #expect(plan.actions.isEmpty)
      #expect(plan.findings.first { $0.code == "no-stanza" }?.mend.contains("stanza-create") == true)
    }
  }

  @Test("a repository that cannot be read is unknown, not empty")
  func unreadable() async throws {
    try await BackedUpCluster.with { cluster in
      let spec = cluster.spec()
      _ = try await cluster.settle(spec)
      try await cluster.shell("chmod 0 \(cluster.repository)/backup/main/backup.info*")
      let plan = await cluster.plan(spec)
      #expect(plan.state == .unknown && plan.actions.isEmpty)
      #expect(plan.headline.contains("unable to load info file"))
      try await cluster.shell("chmod 640 \(cluster.repository)/backup/main/backup.info*")
      #expect(await cluster.plan(spec).state == .ready)
    }
  }

  @Test("another cluster under the stanza's name is refused by pgBackRest, and told with its words")
  func wrongCluster() async throws {
    try await BackedUpCluster.with { cluster in
      let spec = cluster.spec()
      _ = try await cluster.settle(spec)
      try await cluster.stop()
      try await cluster.replace()
      try await cluster.start(creatingStanza: false)
      await #expect(throws: Failure.self) {
        _ = try await cluster.controller.apply(BackupsAction(kind: .check), to: resource(spec))
      }
      let finding = await cluster.plan(spec).findings.first { $0.code == "archive" }
      #expect(finding?.message.contains("do not match") == true, "\(finding?.message ?? "")")
    }
  }

  @Test("while a backup is made, none is begun; one that is killed is made again, once")
  func locked() async throws {
    try await BackedUpCluster.with { cluster in
      let spec = cluster.spec()
      try await cluster.sql(
        "create table much as select repeat(md5(n::text), 20) from generate_series(1, 60000) n")
      // Slow enough to be looked at, by a compression that nobody would choose.
      try await cluster.shell(
        "setsid pgbackrest --stanza=main --config=\(cluster.root)/pgbackrest.conf --compress-type=bz2 --compress-level=9 "
          + "backup > \(cluster.root)/log/said 2>&1 < /dev/null & echo $! > \(cluster.root)/log/pid; sleep 0.2"
      )
      try await eventually { try await cluster.observe(spec).repository?.isBusy == true }
      let plan = await cluster.plan(spec)
      #expect(!plan.actions.contains { $0.kind == .backup })
      #expect(plan.waitingOn.map(\.reason) == ["a backup is being made"])
      await #expect {
        _ = try await cluster.controller.apply(BackupsAction(kind: .backup, type: .full), to: resource(spec))
      } throws: { ($0 as? Failure)?.code == "locked" }

      try await cluster.shell("kill -9 $(cat \(cluster.root)/log/pid)")
      try await eventually { try await cluster.observe(spec).repository?.isBusy == false }
      #expect(try await cluster.observe(spec).newest.isEmpty)
      #expect(try await cluster.settle(spec) == ["backup", "check"])
      #expect(try await cluster.observe(spec).newest.count == 1)
    }
  }

  @Test(
    "no room in the scratch folder is said before, and running full while restoring leaves nothing behind")
  func full() async throws {
    try #require(getuid() == 0 || getenv("CI") == nil)
    guard getuid() == 0 else { return }
    try await BackedUpCluster.with { cluster in
      _ = try await cluster.settle(cluster.spec())
      try await runsFull(megabytes: 8, "are free", cluster)
      // What the server says of it depends on where it was when the disk was full.
      try await runsFull(megabytes: 28, nil, cluster)
    }
  }

  private func runsFull(megabytes: Int, _ words: String?, _ cluster: BackedUpCluster) async throws {
    let mount = "\(cluster.root)/small"
    mkdir(mount, 0o777)
    #expect(system("mount -t tmpfs -o size=\(megabytes)m,mode=1777 tmpfs '\(mount)'") == 0)
    let spec = cluster.spec(scratch: mount)
    await #expect {
      _ = try await cluster.drill(spec)
    } throws: { error in
      guard let failure = error as? Failure else { return false }
      return words.map { failure.cause.contains($0) } ?? true
    }
    #expect(ScratchFolder.names(in: mount).isEmpty)
    #expect(system("umount '\(mount)'") == 0)
  }

  @Test("what a daemon that was killed in a drill left running is ended and removed by the next look's plan")
  func sweeps() async throws {
    try await BackedUpCluster.with { cluster in
      let spec = cluster.spec()
      _ = try await cluster.settle(spec)
      let scratch = try #require(ScratchCluster(spec.pgbackrest!, of: resource(spec).id, by: cluster.runner))
      let label = try #require(try await cluster.observe(spec).newest.first?.name)
      let pgbackrest = cluster.controller.pgbackrest(spec.pgbackrest!)
      // As far as it may have come: an empty folder, files, a server.
      try await scratch.make()
      try await isSwept(spec, cluster)
      try await scratch.make()
      try await pgbackrest.restore(
        label, into: scratch.data, tablespaces: scratch.tablespaces, timeout: .seconds(60))
      try await isSwept(spec, cluster)
      try await scratch.make()
      try await pgbackrest.restore(
        label, into: scratch.data, tablespaces: scratch.tablespaces, timeout: .seconds(60))
      try await scratch.start("15", within: .seconds(60), by: SystemClock())
      #expect(cluster.leftovers.count > 1)
      try await isSwept(spec, cluster)
    }
  }

  private func isSwept(_ spec: BackupsSpec, _ cluster: BackedUpCluster) async throws {
    #expect(!cluster.leftovers.isEmpty)
    #expect(try await cluster.settle(spec) == ["sweep"])
    #expect(cluster.leftovers == [])
  }
}
