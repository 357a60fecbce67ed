import Fixtures
import FoundationEssentials
import Glibc
import Host
import Testing

@Suite("Completion", .enabled(if: Tool.has("bash", "zsh", "fish")))
struct CompletionTests {
  private static let environment = """
    data: synthetic
    instances:
      web: {run: [SCRATCH/bin/web], count: 1}
      worker: {run: [SCRATCH/bin/web], count: 1}
    secrets:
      API_KEY: {kind: api-key, every: 90d}
    """

  private func script(_ shell: String, _ scratch: Scratch) async throws -> String {
    let result = try await scratch.steward("--generate-completion-script", shell)
    // zsh loads a completion as a function from a file of that name.
    let path = "\(scratch.folder)/\(shell == "zsh" ? "_steward" : "completion.\(shell)")"
    try Data(result.output.text.utf8).write(to: URL(filePath: path))
    return path
  }

  /// What a shell needs to find the program under test and its daemon.
  private func environment(_ scratch: Scratch) -> [String: String] {
    let binaries = URL(filePath: Scratch.program("steward")).deletingLastPathComponent().path()
    return [
      "PATH": "\(binaries):/usr/bin:/bin", "STEWARD_SOCKET": scratch.socket, "TERM": "xterm",
      "HOME": scratch.folder, "LC_ALL": "C.UTF-8",
    ]
  }

  /// What bash offers for a line: the function that the script registers, called as readline calls it.
  private func bash(_ line: String, _ scratch: Scratch) async throws -> (offers: [String], said: String) {
    let driver = """
      source "$1"; COMP_LINE=$2; COMP_POINT=${#2}; read -ra COMP_WORDS <<<"$2"
      [[ $2 == *' ' ]] && COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      registered=$(complete -p steward); registered=${registered#*-F }
      ${registered%% *} steward "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try await SubprocessRunner().run(
      Command(
        ["/bin/bash", "--norc", "-c", driver, "bash", try await script("bash", scratch), line],
        environment: environment(scratch), timeout: .seconds(30)))
    return (result.output.text.split(separator: "\n").map(String.init), result.error.text)
  }

  @Test("in bash offers the commands, and what the daemon keeps")
  func inBash() async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", CompletionTests.environment)
    try await scratch.start()
    #expect(try await bash("steward st", scratch).offers == ["status"])
    #expect(try await bash("steward status ", scratch).offers == ["staging"])
    #expect(
      try await bash("steward why staging/i", scratch).offers
        == ["staging/instances/web", "staging/instances/worker"])
    #expect(try await bash("steward rotate ", scratch).offers == ["staging/secrets/API_KEY"])
    #expect(try await bash("steward restart sta", scratch).offers.count == 2)
    #expect(
      Set(try await bash("steward open ", scratch).offers).isSuperset(of: [
        "staging", "staging/instances", "staging/instances/web", "staging/secrets",
      ]))
    #expect(try await bash("steward resume ", scratch).offers == [])
    #expect(try await scratch.steward("suspend", "staging/secrets", "--reason", "a test").isSuccess)
    #expect(try await bash("steward resume ", scratch).offers == ["staging/secrets"])
  }

  @Test("without a daemon offers nothing and says nothing")
  func silent() async throws {
    let scratch = try Scratch()
    let (offers, said) = try await bash("steward why ", scratch)
    #expect(offers == [])
    #expect(said == "")
    #expect(try await bash("steward why --so", scratch).offers == ["--socket"])
  }

  @Test("in an interactive zsh and fish fills in what the daemon keeps", arguments: ["zsh", "fish"])
  func atTheTerminal(_ shell: String) async throws {
    let scratch = try Scratch()
    try scratch.environment("staging", CompletionTests.environment)
    try await scratch.start()
    let path = try await script(shell, scratch)
    let checked = try await SubprocessRunner().run(Command(["/usr/bin/\(shell)", "-n", path]))
    #expect(checked.isSuccess, "\(checked.error.text)")

    let arguments = shell == "zsh" ? ["-f", "-i"] : ["--no-config", "--interactive"]
    let terminal = try Pty(["/usr/bin/\(shell)"] + arguments, environment: environment(scratch))
    let load =
      shell == "zsh"
      ? "fpath=(\(scratch.folder) $fpath); autoload -Uz compinit; compinit -u -D" : "source \(path)"
    terminal.type("\(load); echo loa''ded\r")
    try await eventually("\(shell) has loaded the completion") { terminal.text.contains("loaded") }
    terminal.forget()
    terminal.type("steward why staging/s\t")
    try await eventually("\(shell) fills in the secret") {
      // The line may be drawn in pieces, with colours between them.
      terminal.text.contains("API_KEY")
    }
  }
}
