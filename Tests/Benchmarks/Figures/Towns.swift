/// Environments as large as a benchmark wants them.
enum Towns {
  /// Writes `count` environments of ten resources each: instances (which run if `running`), secrets, logs and backups.
  static func write(_ count: Int, running: Bool = false, in scratch: Scratch) throws {
    try scratch.makeFolder("config/environments")
    for number in 0..<count {
      let logs = try scratch.makeFolder("logs/\(number)")
      try scratch.write("logs/\(number)/web.log", "a line\n")
      let backups = try scratch.makeFolder("backups/\(number)")
      try scratch.write(
        "config/environments/e\(number).yaml", text(number, running: running, logs: logs, backups: backups))
    }
  }

  /// One environment. `edit` changes one of its resources.
  static func text(_ number: Int, running: Bool, logs: String, backups: String, edit: Int = 0) -> String {
    """
    environment: e\(number)
    timezone: Europe/Berlin
    data: synthetic
    instances:
      web: {run: [/usr/bin/sleep, infinity], folder: /, count: \(running ? 1 : 0), variables: {EDIT: "\(edit)"}}
      api: {run: [/usr/bin/sleep, infinity], folder: /, count: \(running ? 1 : 0), open: Mon..Fri 00:00-24:00}
      job: {run: [/usr/bin/sleep, infinity], folder: /, count: 0}
    secrets:
      DEMO_KEY: {kind: fixed, value: demo-key-12345}
      TEST_KEY: {kind: fixed, value: test-key-12345}
      OTHER_KEY: {kind: fixed, value: other-key-12345}
    logs:
      web: {path: \(logs), match: "*.log", keep: 30d}
      old: {path: \(logs), match: "*.gz", keep: 90d}
    backups:
      main: {in: \(backups), match: "*.dump", with: files, every: 1d, rpo: 2d}
      other: {in: \(backups), match: "*.sql", with: files, every: 1d, rpo: 2d}

    """
  }
}
