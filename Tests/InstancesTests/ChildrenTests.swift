import Calendar
import Host
import Instances
import Reconciliation
import Testing

@Suite(.serialized) struct ChildrenTests {
  let clock = SystemClock()

  @Test("an instance gets its variables, port and marks, and nothing of the daemon's own") func environment()
    async throws
  {
    try await Bench.run { bench in
      let web = Resource.shell("env | sort; echo args $0 $1; pwd; exec sleep 1000") {
        $0.run += ["{name}#{index}", "{environment}:{port}"]
        $0.port = 18080
        $0.count = 2...2
        $0.folder = "/tmp"
        $0.variables = ["LOG_LEVEL": "info"]
        $0.secrets = ["KEY"]
      }
      let facts = Fixture.facts(["KEY": (current: 2, previous: [1])])
      try await bench.settle(web, facts: facts)
      let lines = try await bench.lines(15, of: web, 2)
      let names = lines.compactMap { $0.contains("=") ? String($0.prefix { $0 != "=" }) : nil }
      #expect(
        Set(names) == [
          "HOME", "KEY", "KEY_PREVIOUS", "LANG", "LOG_LEVEL", "PATH", "PORT", "PWD", "STEWARD_ENVIRONMENT",
          "STEWARD_INSTANCE", "STEWARD_REVISION", "STEWARD_RUN", "STEWARD_SECRETS", "STEWARD_STARTED",
        ])
      #expect(lines.contains("PORT=18081"))
      #expect(lines.contains("KEY=hunter2-the-second"))
      #expect(lines.contains("KEY_PREVIOUS=hunter2-the-first"))
      #expect(lines.contains("args web#2 staging:18081"))
      #expect(lines.contains("/tmp"))
    }
  }

  @Test("one that is killed is known at once and replaced within milliseconds") func replaced() async throws {
    try await Bench.run { bench in
      let web = Resource.shell("exec sleep 1000")
      try await bench.settle(web)
      let first = try #require(try await bench.look(web).running.first)
      var changes = bench.controller.changes.makeAsyncIterator()
      let began = clock.monotonic
      try first.process.signal(.kill)
      #expect(await changes.next() == Fixture.id)
      let said = try await bench.settle(web)
      let took = clock.monotonic - began
      #expect(said.count == 1)
      let observed = try await bench.look(web)
      #expect(observed.running.count == 1)
      #expect(observed.running.first?.process != first.process)
      #expect(observed.ended.map(\.end) == ["was ended by SIGKILL"])
      print("replaced within \(took)")
    }
  }

  @Test("one that ignores SIGTERM is killed with all that it started when its time is over") func stubborn()
    async throws
  {
    try await Bench.run { bench in
      var web = Resource.shell("trap '' TERM; sleep 1000 & sleep 1001 & echo ready; while :; do wait; done") {
        $0.stopWithin = .milliseconds(200)
      }
      try await bench.settle(web)
      _ = try await bench.lines(1, of: web)
      web = Fixture.resource(web.spec.with(count: 0...0))
      let said = try await bench.settle(web)
      #expect(said.count == 1)
      #expect(said.first?.contains("was ended by SIGKILL; it did not end within") == true, "\(said)")
      #expect(try await bench.look(web).running.isEmpty)
      // Asked for, so no accident.
      #expect(try await bench.look(web).ended.isEmpty)
    }
  }

  @Test("one that forks leaves nothing behind when it dies") func forks() async throws {
    try await Bench.run { bench in
      let web = Resource.shell("sleep 1000 & echo $!; setsid sleep 1000 & echo $!; wait")
      try await bench.settle(web)
      let started = try await bench.lines(2, of: web).compactMap { Int32($0) }
      let descendants = started.compactMap { ProcessIdentity(running: $0) }
      #expect(descendants.count == 2)
      let first = try #require(try await bench.look(web).running.first)
      try first.process.signal(.kill)
      try await bench.await("the end of all", web) { _ in !descendants.contains { $0.isRunning } }
      try await bench.await("one that runs", web) { observed in
        // A descendant that is about to go may be taken for the instance until it has.
        _ = try? await bench.settle(web)
        return observed.running.count == 1 && observed.running.first?.process != first.process
      }
    }
  }

  @Test("a flood of output neither stops the instance nor the look") func flood() async throws {
    try await Bench.run { bench in
      let web = Resource.shell("while :; do echo 0123456789012345678901234567890123456789; done")
      try await bench.settle(web)
      _ = try await bench.lines(10, of: web)
      let began = clock.monotonic
      #expect(try await bench.look(web).running.count == 1)
      #expect(clock.monotonic - began < .seconds(2))
    }
  }

  @Test("one that ends at once again and again is told of, with its last words, secrets masked") func loop()
    async throws
  {
    try await Bench.run { bench in
      let web = Resource.shell("echo using $KEY; echo no database >&2; exit 3") { $0.secrets = ["KEY"] }
      let facts = Fixture.facts(["KEY": (current: 1, previous: [])])
      for count in 1...3 {
        let plan = InstancesController.plan(
          web, await bench.controller.observe(web), Fixture.context(at: clock.now, facts: facts))
        let start = try #require(plan.actions.first)
        let outcome = try await bench.controller.apply(start, to: web)
        #expect(!outcome.message.contains("hunter2") && !start.description.contains("hunter2"))
        try await bench.await("death \(count)", web) { $0.ended.first?.quickDeaths == count }
      }
      let observed = await bench.controller.observe(web)
      let plan = InstancesController.plan(web, observed, Fixture.context(at: clock.now, facts: facts))
      let message = try #require(plan.findings.first).message
      #expect(plan.findings.first?.code == "crash-loop")
      #expect(message.contains("exited with 3") && message.contains("no database"), "\(message)")
      #expect(message.contains("using •••") && !message.contains("hunter2"), "\(message)")
    }
  }

  @Test("what cannot be executed needs a person, and says why") func notExecutable() async throws {
    try await Bench.run { bench in
      try PrivateFile.write(Array("#!/bin/sh\n".utf8), to: bench.folder + "/plain")
      for (run, folder, subject, cause) in [
        (bench.folder + "/none", "/", bench.folder + "/none", "is not there"),
        (bench.folder + "/plain", "/", bench.folder + "/plain", "it may not be executed"),
        ("/bin/true", bench.folder + "/gone", bench.folder + "/gone", "(the instance's `folder`)"),
      ] {
        var spec = InstancesSpec(run: [run])
        spec.folder = folder
        let failure = await #expect(throws: Failure.self) { try await bench.settle(Fixture.resource(spec)) }
        #expect(failure?.class == .needsOperator)
        #expect(failure?.subject == subject)
        #expect(failure?.cause.contains(cause) == true, "\(failure?.cause ?? "")")
      }
    }
  }

  @Test("a daemon that starts anew takes over what runs, with its revision, start and secrets")
  func adoption() async throws {
    try await Bench.run { bench in
      let web = Resource.shell("exec sleep 1000") {
        $0.count = 2...2
        $0.secrets = ["KEY"]
      }
      let facts = Fixture.facts(["KEY": (current: 1, previous: [])])
      try await bench.settle(web, facts: facts)
      let before = try await bench.look(web)
      let next = try bench.again()
      let after = try await next.look(web)
      #expect(after.running.map(\.process) == before.running.map(\.process))
      #expect(after.running.map(\.revision) == before.running.map(\.revision))
      #expect(after.running.map(\.startedAt) == before.running.map(\.startedAt))
      #expect(after.running.first?.secrets == [SecretGrant("KEY", current: 1)])
      #expect(try await next.settle(web, facts: facts) == [])

      var changes = next.controller.changes.makeAsyncIterator()
      try #require(after.running.first).process.signal(.kill)
      #expect(await changes.next() == Fixture.id)
      #expect(try await next.settle(web, facts: facts).count == 1)
    }
  }

  @Test("a changed variable restarts one at a time") func rolling() async throws {
    try await Bench.run { bench in
      let old = Resource.shell("exec sleep 1000") { $0.count = 2...2 }
      try await bench.settle(old)
      let before = try await bench.look(old)
      let new = Fixture.resource(old.spec.with(variables: ["LEVEL": "debug"]))
      try await bench.await("both restarted", new) { observed in
        try await bench.settle(new)
        #expect(observed.running.count == 2)
        return observed.running.allSatisfy { instance in
          !before.running.contains { $0.process == instance.process }
        }
      }
    }
  }

  @Test("a stop that comes late hits nobody else") func lateStop() async throws {
    try await Bench.run { bench in
      let web = Resource.shell("exec sleep 1000")
      try await bench.settle(web)
      let running = try #require(try await bench.look(web).running.first).process
      let other = ProcessIdentity(pid: running.pid, startTicks: running.startTicks + 1)
      let outcome = try await bench.controller.apply(
        .stop(instance: InstanceName("web", 1), process: other, why: .surplus), to: web)
      #expect(outcome.message.contains("was gone already"))
      #expect(running.isRunning)
    }
  }

  @Test("a restart that has no chance leaves the old one running") func hopelessRestart() async throws {
    try await Bench.run { bench in
      let web = Resource.shell("exec sleep 1000")
      try await bench.settle(web)
      let running = try #require(try await bench.look(web).running.first).process
      let broken = Fixture.resource(
        InstancesSpec(run: ["/usr/bin/no-such-program"]).with(readyAfter: .milliseconds(1)))
      let failure = await #expect(throws: Failure.self) { try await bench.settle(broken) }
      #expect(failure?.class == .needsOperator)
      #expect(running.isRunning)
    }
  }

  @Test(
    "one whose daemon was killed as it was started, and that hid from the look, is found by the start that meets it"
  )
  func late() async throws {
    try await Bench.run { bench in
      let web = Resource.shell("echo up; sleep 1000 & wait")
      #expect(try await bench.look(web).running.isEmpty)
      let earlier = try bench.again()
      try await earlier.settle(web)
      // Until its program runs, a process has no environment to be known by.
      _ = try await earlier.lines(1, of: web)
      #expect(try await bench.look(web).running.isEmpty, "it is looked for once a minute")
      let failure = await #expect(throws: Failure.self) { try await bench.settle(web) }
      #expect(failure?.cause.contains("it runs already") == true && failure?.class == .transient)
      #expect(try await bench.look(web).running.count == 1)
      #expect(try await bench.settle(web).isEmpty)
    }
  }

  @Test("an unchanged world gives an equal observation") func stable() async throws {
    try await Bench.run { bench in
      let web = Resource.shell("exec sleep 1000") { $0.count = 3...3 }
      try await bench.settle(web)
      let first = try await bench.look(web)
      for _ in 0..<5 { #expect(try await bench.look(web) == first) }
      #expect(first.running.count { $0.use != nil } == 3)
    }
  }
}

extension InstancesSpec {
  func with(count: ClosedRange<Int>) -> Self { changed { $0.count = count } }
  func with(variables: [String: String]) -> Self { changed { $0.variables = variables } }
  func with(readyAfter: Duration) -> Self { changed { $0.readyAfter = readyAfter } }

  private func changed(_ change: (inout InstancesSpec) -> Void) -> Self {
    var spec = self
    change(&spec)
    return spec
  }
}
