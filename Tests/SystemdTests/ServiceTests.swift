import Fixtures
import Glibc
import Host
import Testing

/// The installed package in a system of its own. Each test has environments of its own, and leaves the service running.
@Suite(
  "The installed service", .serialized,
  .enabled(if: BootedSystem.isWanted, "root and systemd-container are needed"),
  .inABootedSystemWithThePackage)
struct ServiceTests {
  /// An instance that says at the start what it may write, and then sleeps.
  private static func app(_ environment: String, then last: String = "exec sleep 1000000") -> String {
    """
    #!/bin/sh
    for file in /srv/\(environment)/wrote /etc/\(environment)-wrote /data/\(environment)-wrote /home/\(environment)-wrote
    do
      (: >$file) 2>/dev/null
    done
    \(last)
    """
  }

  private func folder(_ environment: String, _ steward: InstalledSteward, then last: String? = nil)
    async throws
  {
    try await steward.system.shell("mkdir -p /srv/\(environment) && chown steward: /srv/\(environment)")
    let text = last.map { Self.app(environment, then: $0) } ?? Self.app(environment)
    try steward.program("/srv/\(environment)/app", text)
  }

  /// `sleep` shows no path of its own in the table of processes: the script stays, and waits for it.
  private static let stays = "trap 'kill $!; exit 0' TERM; sleep 1000000 & wait"

  @Test(
    "it was started by the installation, is active when it is ready, runs without privileges and knows its units"
  )
  func installed() async throws {
    let steward = try InstalledSteward()
    #expect(try await steward.show("ActiveState") == "active")
    #expect(try await steward.show("StatusText").hasPrefix("0 environments"))
    #expect(
      try await steward.system.shell("systemctl is-enabled steward.service steward.socket")
        == "enabled\nenabled\n")
    let status = try await steward.system.shell("cat /proc/\(steward.daemon())/status")
    #expect(status.contains("CapEff:\t0000000000000000") && status.contains("CapBnd:\t0000000000000000"))
    #expect(status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2"))
    #expect(try await steward.system.shell("ps -o user= -p \(steward.daemon())") == "steward\n")
    let verified = try await steward.system.run(
      "/usr/bin/systemd-analyze", "verify", "--man=no", "steward.service", "steward.socket")
    #expect(verified.isSuccess && verified.error.text.isEmpty, "\(verified.error.text)")

    // Ready means that the files are read: the very first answer knows them.
    try await steward.system.shell("systemctl stop steward.socket")
    try await folder("first", steward)
    try steward.environment("first", "instances:\n  app: {run: [/srv/first/app], count: 0}")
    try await steward.system.shell("systemctl start steward")
    #expect(try await steward.steward("status", "first").output.text.contains("first"))
  }

  @Test("an edited file makes an instance appear, which may write below /srv and, with a drop-in, elsewhere")
  func sandbox() async throws {
    let steward = try InstalledSteward()
    try await folder("box", steward, then: Self.stays)
    try await steward.system.shell("mkdir -p /data && chmod 0777 /data && chmod 0777 /home")
    try steward.environment(
      "box", "instances:\n  app: {run: [/srv/box/app], ready after: 100ms, stop within: 2s}")
    try await eventually("an instance runs") { try await steward.instances("box").count == 1 }
    try await eventually("it wrote what it may") { steward.system.exists("/srv/box/wrote") }
    #expect(!steward.system.exists("/etc/box-wrote") && !steward.system.exists("/data/box-wrote"))
    #expect(!steward.system.exists("/home/box-wrote"))
    #expect(try await steward.show("ControlGroup") == "/system.slice/steward.service")

    try await steward.system.shell(
      """
      mkdir -p /etc/systemd/system/steward.service.d
      printf '[Service]\\nReadWritePaths=/data\\n' >/etc/systemd/system/steward.service.d/data.conf
      systemctl daemon-reload
      systemctl restart steward
      """)
    // It keeps the rules it was started under until it is started anew.
    let before = try await steward.instances("box")
    #expect(before.count == 1 && !steward.system.exists("/data/box-wrote"))
    #expect(try await steward.steward("restart", "box/instances/app").isSuccess)
    try await eventually("it wrote below /data") { steward.system.exists("/data/box-wrote") }
    try await steward.system.shell(
      "rm /etc/systemd/system/steward.service.d/data.conf; systemctl daemon-reload; systemctl restart steward"
    )
  }

  @Test("logs are archived and dumps are restored inside the sandbox")
  func files() async throws {
    let steward = try InstalledSteward()
    try await steward.system.shell(
      """
      mkdir -p /var/log/shop /srv/cold/shop /srv/backups/shop
      # On an overlay a file and its folder say that they are of two devices, which no log's are.
      mount -t tmpfs tmpfs /var/log/shop; mount -t tmpfs tmpfs /srv/cold/shop
      echo old >/var/log/shop/app.log.1; touch -d '10 days ago' /var/log/shop/app.log.1
      echo new >/var/log/shop/app.log
      tar -C /etc -czf /srv/backups/shop/1.tar.gz hostname; touch -d '1 hour ago' /srv/backups/shop/1.tar.gz
      chown -R steward: /var/log/shop /srv/cold/shop /srv/backups/shop
      """)
    try steward.environment(
      "shop",
      """
      access: {operate: [readers]}
      logs:
        app: {path: /var/log/shop, match: "*.log*", keep: 30d, archive: {to: /srv/cold/shop, after: 7d}}
      backups:
        main:
          in: /srv/backups/shop
          match: "*.tar.gz"
          every: 1d
          restore: [/usr/bin/tar, -C, "{scratch}", -xzf, "{backup}"]
      """)
    try await eventually("the old log is archived") {
      let archived = try await steward.system.shell("find /srv/cold/shop -type f")
      return !archived.isEmpty && !steward.system.exists("/var/log/shop/app.log.1")
    }
    #expect(steward.system.exists("/var/log/shop/app.log"))
    #expect(try await steward.steward("backup", "drill", "shop/backups/main").isSuccess)
    try await eventually("a restore is proved") {
      try await steward.steward("events", "shop", "--json").output.text.contains("backups.drill.done")
    }
  }

  @Test("a member of the readers' group is answered, somebody else is refused, and the refusal is an event")
  func callers() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    try await system.shell("useradd -G steward-readers anna; useradd bob")
    try steward.environment(
      "people", "access: {read: [readers]}\ninstances:\n  app: {run: [/bin/true], count: 0}")
    try await eventually("anna sees the environment") {
      try await system.run(as: "anna", "steward", "status").output.text.contains("people")
    }
    let refused = try await system.run(as: "bob", "steward", "status")
    #expect(refused.end == .exited(1) && !refused.output.text.contains("people"), "\(refused.output.text)")
    let rotate = try await system.run(as: "anna", "steward", "restart", "people/instances/app")
    #expect(rotate.end == .exited(1))
    let events = try await steward.steward("events", "--kind", "denied", "--json").output.text
    #expect(events.contains("bob") && events.contains("anna"), "\(events)")

    // The drop-in of the README: only members of the group may knock at all.
    try await system.shell(
      """
      mkdir -p /etc/systemd/system/steward.socket.d
      printf '[Socket]\\nSocketMode=0660\\nSocketGroup=steward-readers\\n' >/etc/systemd/system/steward.socket.d/group.conf
      systemctl daemon-reload
      systemctl restart steward.socket steward
      """)
    #expect(try await system.run(as: "anna", "steward", "status").isSuccess)
    let shut = try await system.run(as: "bob", "steward", "status")
    #expect(
      shut.end == .exited(1) && shut.error.text.lowercased().contains("permission"), "\(shut.error.text)")
    try await system.shell(
      "rm -r /etc/systemd/system/steward.socket.d; systemctl daemon-reload; systemctl restart steward.socket steward"
    )
  }

  @Test("the socket outlives the daemon and starts it; stopping the socket stops both")
  func activation() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    let socket = try await system.shell("stat -c '%i %U %a' /run/steward/steward.sock")
    #expect(socket.hasSuffix(" root 666\n"))
    try await system.shell("systemctl stop steward")
    #expect(try await steward.show("ActiveState") == "inactive")
    #expect(try await system.shell("stat -c '%i %U %a' /run/steward/steward.sock") == socket)
    let answer = try await system.shell(
      "curl --silent --fail --unix-socket /run/steward/steward.sock http://steward/v1/status")
    #expect(answer.hasPrefix("{"))
    #expect(try await steward.show("ActiveState") == "active")
    #expect(try await system.shell("stat -c '%i %U %a' /run/steward/steward.sock") == socket)

    try await system.shell("systemctl stop steward.socket")
    #expect(try await steward.show("ActiveState") == "inactive")
    #expect(!system.exists("/run/steward/steward.sock"))
    try await system.shell("systemctl start steward")
    #expect(try await steward.steward("version").isSuccess)
    #expect(try await system.shell("systemctl is-active steward.socket") == "active\n")
  }

  @Test(
    "killed in the middle of a rotation it is back at once, and the rotation is done once, with one value")
  func killedInAction() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    try await system.shell("mkdir -p /srv/keys && chown steward: /srv/keys")
    try steward.program(
      "/srv/keys/rotate",
      """
      #!/bin/sh
      value=$(cat)
      echo "begin $value" >>/srv/keys/log
      while [ -e /srv/keys/hold ]; do sleep 0.1; done
      echo "$value" >/srv/keys/current
      echo "end $value" >>/srv/keys/log
      """)
    try await folder("keys", steward, then: Self.stays)
    try steward.environment(
      "keys",
      """
      secrets:
        API_KEY: {kind: api-key, every: 90d, overlap: 1h, rotate: [/srv/keys/rotate]}
      instances:
        app: {run: [/srv/keys/app], count: 2, ready after: 100ms, stop within: 2s}
      """)
    try await eventually("the first version is in force, two instances run") {
      guard try await steward.instances("keys").count == 2 else { return false }
      return try await steward.steward("secret", "get", "keys/secrets/API_KEY").isSuccess
    }
    let instances = try await steward.instances("keys")
    let first = try await steward.steward("secret", "get", "keys/secrets/API_KEY").output.text
    try await system.shell("touch /srv/keys/hold")
    #expect(try await steward.steward("rotate", "keys/secrets/API_KEY").isSuccess)
    try await eventually("the second rotation is under way") {
      system.read("/srv/keys/log")?.split(separator: "\n").count == 3
    }
    let (killed, restarts) = try await (steward.daemon(), steward.restarts())
    try await system.shell("kill -KILL \(killed)")
    try await eventually("systemd started it again") {
      guard try await steward.restarts() == restarts + 1 else { return false }
      return try await steward.show("ActiveState") == "active"
    }
    #expect(try await steward.daemon() != killed)
    #expect(try await steward.instances("keys") == instances)
    try await system.shell("rm /srv/keys/hold")
    try await eventually("the second version is in force") {
      try await steward.steward("events", "keys", "--json").output.text.contains("version 2 is in force")
    }
    let second = try await steward.steward("secret", "get", "keys/secrets/API_KEY").output.text
    #expect(second != first && system.read("/srv/keys/current") == second)
    let values = Set(
      (system.read("/srv/keys/log") ?? "").split(separator: "\n").map { $0.split(separator: " ")[1] })
    #expect(values.count == 2, "another value was made for what was under way")
    let events = try await steward.steward("events", "keys/secrets/API_KEY", "--json").output.text
    #expect(events.contains("secrets.set.interrupted"))
    #expect(events.ranges(of: "secrets.prepare.done").count == 2 && !events.contains("version 3"))
    #expect(try await steward.steward("events", "verify").isSuccess)
  }

  @Test("one that hangs is killed by the watchdog and started again; instances do not notice")
  func watchdog() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    try await folder("dog", steward, then: Self.stays)
    try steward.environment("dog", "instances:\n  app: {run: [/srv/dog/app], count: 2, ready after: 100ms}")
    try await eventually("two instances run") { try await steward.instances("dog").count == 2 }
    let instances = try await steward.instances("dog")
    try await system.shell(
      """
      mkdir -p /run/systemd/system/steward.service.d
      printf '[Service]\\nWatchdogSec=3\\n' >/run/systemd/system/steward.service.d/watchdog.conf
      systemctl daemon-reload; systemctl restart steward
      """)
    let (stopped, restarts) = try await (steward.daemon(), steward.restarts())
    try await system.shell("kill -STOP \(stopped)")
    try await eventually("the watchdog bites") { try await steward.restarts() == restarts + 1 }
    try await eventually("it answers again") { try await steward.steward("version").isSuccess }
    #expect(try await steward.journal().contains("Watchdog timeout"))
    #expect(try await steward.daemon() != stopped)
    #expect(try await steward.instances("dog") == instances)
    try await system.shell(
      "rm -r /run/systemd/system/steward.service.d; systemctl daemon-reload; systemctl restart steward")
    #expect(try await steward.instances("dog") == instances)
  }

  @Test("a reload reads the files anew in the same process")
  func reload() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    let daemon = try await steward.daemon()
    try steward.environment("again", "instances:\n  app: {run: [/bin/true], count: 0}")
    try await system.shell("systemctl reload steward")
    try await eventually("the environment is known") {
      try await steward.steward("status").output.text.contains("again")
    }
    #expect(try await steward.daemon() == daemon)
    try await eventually("it is active again") { try await steward.show("ActiveState") == "active" }
  }

  @Test("a key that is given as an encrypted credential takes the place of the file")
  func credential() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    try steward.environment("sealed", "secrets:\n  TOKEN: {kind: api-key, every: 90d}")
    try await eventually("a secret is sealed") {
      try await steward.steward("secret", "get", "sealed/secrets/TOKEN").isSuccess
    }
    let value = try await steward.steward("secret", "get", "sealed/secrets/TOKEN").output.text
    try await system.shell(
      """
      mkdir -p -m 0700 /etc/credstore.encrypted
      systemd-creds encrypt --with-key=host --name=steward-key /var/lib/steward/secrets.key /etc/credstore.encrypted/steward-key
      mv /var/lib/steward/secrets.key /root/secrets.key
      systemctl restart steward
      """)
    #expect(try await steward.steward("secret", "get", "sealed/secrets/TOKEN").output.text == value)
    #expect(!system.exists("/var/lib/steward/secrets.key"))
    try await system.shell(
      """
      rm /etc/credstore.encrypted/steward-key
      mv /root/secrets.key /var/lib/steward/secrets.key
      systemctl restart steward
      """)
    #expect(try await steward.steward("secret", "get", "sealed/secrets/TOKEN").output.text == value)
  }
}
