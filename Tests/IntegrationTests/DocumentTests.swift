import FoundationEssentials
import Glibc
import Host
import Testing

@Suite("The OpenAPI document", .serialized)
struct DocumentTests {
  /// Something of everything: what is kept, what fails, what waits for an approval, what takes long, what is not kept.
  private static let staging = """
    data: synthetic
    guard: {disruptive: none, destructive: 1 release-engineer}
    access: {read: [readers], operate: [operators], secrets: [operators], approve: [release-engineer]}
    region: eu-west
    deployment: by hand
    instances:
      web:
        run: [SCRATCH/bin/web]
        variables: {LOG_LEVEL: info}
        secrets: [API_KEY]
        open: Mon..Sun 00:00-24:00
        ready after: 100ms
        stop within: 1s
      missing: {run: [SCRATCH/bin/missing]}
    secrets:
      API_KEY: {kind: api-key, every: 90d, overlap: 1h, file: SCRATCH/API_KEY.env}
      DEMO: {kind: fixed, value: demo-key-12345}
    logs:
      web: {path: SCRATCH/logs, keep: 30d, at most: 1 KiB}
    backups:
      main: {in: SCRATCH/backups, every: 1d, rto: 1h, restore: [SCRATCH/bin/restore, "{backup}", "{scratch}"]}
    monitoring: {depth: basic}
    """

  @Test("a daemon's real answers are as its OpenAPI document says, and so is the document")
  func answers() async throws {
    let python = "/usr/bin/python3"
    let hasValidator = try await SubprocessRunner().run(Command([python, "-c", "import jsonschema"]))
      .isSuccess
    try #require(hasValidator || getenv("CI") == nil, "in CI python3-jsonschema is there")
    guard hasValidator else { return }
    let scratch = try Scratch()
    try scratch.write(
      "config/steward.yaml",
      """
      socket: \(scratch.socket)
      roles:
        readers: {users: [daemon]}
        operators: {groups: [staff]}
        release-engineer: {users: [bin]}

      """)
    try scratch.write(
      "bin/restore",
      """
      #!/bin/sh
      until [ -e \(scratch.folder)/go ]; do sleep 0.1; done
      cp "$1" "$2"/
      """, mode: 0o755)
    try scratch.write("logs/web.log", String(repeating: "a line\n", count: 1_000))
    try scratch.write("backups/main.dump", String(repeating: "a row\n", count: 1_000))
    // What changed lately may still be written to: it is neither deleted nor restored.
    let anHourAgo = timeval(tv_sec: time(nil) - 3600, tv_usec: 0)
    for name in ["logs/web.log", "backups/main.dump"] {
      utimes("\(scratch.folder)/\(name)", [anHourAgo, anHourAgo])
    }
    try scratch.environment("staging", DocumentTests.staging)
    try scratch.environment("private", "data: real\nsecrets: {KEY: {kind: api-key}}")
    try scratch.environment("gone", "data: synthetic\nsecrets: {KEY: {kind: api-key}}")
    try scratch.environment("broken", "data: synthetic\nsecrets: {KEY: {knid: api-key}}")
    try await scratch.start()
    unlink("\(scratch.config)/environments/gone.yaml")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "OpenAPI/answers.py")
    let check = try await SubprocessRunner().run(
      Command(
        [python, script.path(), scratch.socket, scratch.folder], environment: ["PATH": "/usr/bin:/bin"],
        timeout: .seconds(300)))
    #expect(check.isSuccess, "\(check.output.text)\(check.error.text)")
    #expect(try await scratch.end(SIGTERM) == 0)
  }
}
