import Testing

@Suite("Each effect on the world has a name, at which a test can kill the daemon")
struct EffectTests {
  /// System calls that change something outside the process, as they are called by their bare names.
  static let systemCalls: Set<String> = [
    // Files. `open` and `openat` count where they have the mode of what they make.
    "creat", "open", "openat", "mkstemp", "mkostemp", "fopen", "fwrite", "fputs", "fputc", "fprintf",
    "fclose",
    "write", "writev", "pwrite", "pwritev", "sendfile", "splice", "copy_file_range", "fallocate",
    "posix_fallocate", "truncate", "ftruncate", "fsync", "fdatasync", "sync", "syncfs", "msync", "rename",
    "renameat", "renameat2", "clinux_rename_no_replace", "link", "linkat", "symlink", "symlinkat", "unlink",
    "unlinkat", "remove", "rmdir", "mkdir", "mkdirat", "mkdtemp", "mkfifo", "mkfifoat", "mknod", "mknodat",
    "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "utimes", "utimensat", "futimens",
    "setxattr", "lsetxattr", "fsetxattr", "mount", "umount",
    // Processes.
    "fork", "vfork", "execv", "execve", "execvp", "posix_spawn", "posix_spawnp", "clinux_spawn_session",
    "system",
    "popen", "kill", "killpg", "tgkill", "raise", "sigqueue", "clinux_pidfd_send_signal",
    // Sockets.
    "bind", "listen", "send", "sendto", "sendmsg",
  ]
  /// From how many arguments on the call makes a file.
  static let making = ["open": 3, "openat": 4]

  /// Calls of doors: whoever asks one says in an effect for what. By receiver, where the name alone says too little.
  static let doors: [(receiver: String, name: String)] = [
    ("PrivateFile.", "write"), ("PrivateFile.", "remove"), ("PrivateFile.", "removeLeftovers"),
    ("Subprocess.", "run"), ("commands.", "run"), ("runner.", "run"), ("children.", "start"),
    ("children.", "stop"), ("children.", "signal"), ("store.", "add"), ("store.", "mark"),
    ("store.", "remove"),
    ("", "makeFolder"), ("folder.", "create"), ("shelf.", "create"), ("folder.", "rename"),
    ("shelf.", "rename"),
    ("folder.", "unlink"), ("shelf.", "unlink"), ("visited.folder.", "unlink"),
    ("copy.", "sync"), ("file.", "sync"),
    ("", "inTransaction"), ("db.", "checkpoint"), ("", "migrate"), ("", "DatabasePool"),
    ("connections.", "close"),
    ("writer.", "write"), ("", "writeAndFlush"),
  ]

  /// Where no effect is around the call, and why that is right.
  static let exceptions: [(file: String, call: String, reason: String)] = [
    ("Sources/CrashPoints/CrashPoints.swift", "open", "it is the points' own record"),
    ("Sources/CrashPoints/CrashPoints.swift", "write", "it is the points' own record"),
    ("Sources/CrashPoints/CrashPoints.swift", "kill", "it is what happens at a point"),
    ("Sources/EventLog/EventLog+Append.swift", "write", "its own method, which commits in an effect"),
    (
      "Sources/EventLog/Examination.swift", "migrate",
      "makes the tables of a database in memory, to compare with"
    ),
    (
      "Sources/Host/Children/ChildRecords.swift", "write",
      "its own method, whose every byte Descriptor writes"
    ),
    ("Sources/Host/Children/ChildRecords.swift", "remove", "its own method, in which there is an effect"),
    ("Sources/Host/Machine/MemoryScore.swift", "write", "in the effects that start a process"),
    ("Sources/Host/Processes/SubprocessRunner.swift", "kill", "signal 0 asks whether it lives"),
    ("Sources/Host/Processes/SubprocessRunner.swift", "run", "in the method that an effect calls"),
    ("Sources/Host/Service/SystemdNotifier.swift", "send", "its own method, in which there is an effect"),
    ("Sources/Controllers/Instances/Apply.swift", "start", "in the method that the actions call in effects"),
    ("Sources/Controllers/Instances/Apply.swift", "stop", "in the method that the actions call in effects"),
    (
      "Sources/StatusServer/Connections/ConnectionDeadlines.swift", "writeAndFlush",
      "the end of an answer, which answer.send names"
    ),
    (
      "Sources/Host/Files/PrivateFile.swift", "*",
      "the steps of a door, each an effect in Folder or Descriptor"
    ),
    (
      "Sources/Host/Service/JournalLogHandler.swift", "write",
      "the journal, from which nothing is ever read back"
    ),
    ("Sources/Controllers/Secrets/Commands.swift", "run", "the steps that call it name themselves"),
    ("Sources/Connections/OpenSSL/", "run", "keys and certificates are read, made and told, on pipes only"),
    ("Sources/Connections/PostgreSQL/Patroni.swift", "run", "asks who leads, and changes nothing"),
    ("Sources/Connections/Redis/RedisClient.swift", "run", "asks; who asks for a change says so around it"),
    (
      "Sources/Connections/SecretStore/VaultClient.swift", "run",
      "asks; who asks for a change says so around it"
    ),
    ("Sources/Connections/SecretStore/SealedStore.swift", "makeFolder", "in the method that an effect calls"),
    (
      "Sources/StatusServer/Follow/Following.swift", "write",
      "a sign of life or a farewell: no event is in it"
    ),
    (
      "Sources/StatusServer/Routes/Routes+Requests.swift", "writeAndFlush",
      "only asks for the rest of a request"
    ),
    ("Sources/StatusClient/UnixConnection.swift", "send", "the command asks; what follows is the daemon's"),
    ("Sources/steward/", "*", "the command keeps nothing; killed anywhere, it is typed again"),
  ]

  @Test("no system call that changes something stands outside of an effect")
  func systemCalls() throws {
    var used: Set<Int> = []
    for file in try Tree.swiftFiles(in: "Sources") where !file.imports.isDisjoint(with: ["Glibc", "CLinux"]) {
      let code = Code(file.text)
      for call in code.calls(EffectTests.systemCalls.contains) {
        guard call.receiver.isEmpty || call.receiver == "Glibc.",
          call.arguments >= EffectTests.making[call.name] ?? 1
        else { continue }
        check(call, in: file, code, &used)
      }
    }
    for (index, exception) in EffectTests.exceptions.enumerated()
    where EffectTests.systemCalls.contains(exception.call) && !isDoor(exception.call) {
      #expect(
        used.contains(index), "\(exception.file) no longer calls \(exception.call): no exception is needed")
    }
  }

  @Test("whoever asks a door for a change says for what")
  func doors() throws {
    var used: Set<Int> = []
    for file in try Tree.swiftFiles(in: "Sources") {
      let code = Code(file.text)
      let names = Set(EffectTests.doors.map(\.name))
      for call in code.calls(names.contains)
      where EffectTests.doors.contains(where: { $0.name == call.name && call.receiver.hasSuffix($0.receiver) }
      ) {
        check(call, in: file, code, &used)
      }
    }
  }

  @Test("a point's name is one of its kind, and written noun.verb")
  func names() throws {
    var places: [String: [String]] = [:]
    for file in try Tree.swiftFiles(in: "Sources") where file.target != "CrashPoints" {
      for effect in Code(file.text).effects {
        places[effect.name, default: []].append("\(file.path):\(effect.line)")
        let isWellFormed = effect.name.wholeMatch(of: #/[a-z][A-Za-z]*\.[a-z][A-Za-z]*/#) != nil
        #expect(isWellFormed, "\(file.path):\(effect.line): `\(effect.name)`")
      }
    }
    #expect(places.count > 50)
    for (name, places) in places { #expect(places.count == 1, "\(name) is the name of \(places)") }
  }

  @Test("a release has none of the points: there an effect is its body")
  func release() throws {
    let files = try Tree.swiftFiles(in: "Sources")
    let mentions = files.filter { Code($0.text).says("CRASH_POINTS") }.map(\.path).sorted()
    #expect(mentions == ["Sources/CrashPoints/CrashPoints.swift", "Sources/CrashPoints/Effect.swift"])

    let points = try #require(files.first { $0.name == "CrashPoints.swift" })
    #expect(points.text.hasPrefix("#if CRASH_POINTS\n") && points.text.hasSuffix("#endif\n"))
    let effects = try #require(files.first { $0.name == "Effect.swift" })
    let inRelease = effects.text.matches(of: #/#else\n([^#]*)#endif/#).map { match in
      match.1.filter { $0 != "\n" }.split(separator: " ").joined(separator: " ")
    }
    #expect(inRelease == ["try body()", "try await body()", "work"])

    let package = try Tree.text(of: "Package.swift")
    #expect(package.ranges(of: "CRASH_POINTS").count == 1)
    #expect(package.ranges(of: #".define("CRASH_POINTS", .when(configuration: .debug))"#).count == 1)
  }

  private func isDoor(_ name: String) -> Bool { EffectTests.doors.contains { $0.name == name } }

  private func check(_ call: Code.Call, in file: Tree.File, _ code: Code, _ used: inout Set<Int>) {
    if code.isInEffect(call.at) { return }
    let exception = EffectTests.exceptions.firstIndex { exception in
      file.path.hasPrefix(exception.file) && (exception.call == "*" || exception.call == call.name)
    }
    if let exception {
      used.insert(exception)
    } else {
      Issue.record(
        "\(file.path):\(code.line(of: call.at)): \(call.receiver)\(call.name)(…) changes the world: write effect(\"noun.verb\") { … } around it"
      )
    }
  }
}
