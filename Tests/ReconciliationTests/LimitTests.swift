import Calendar
import Reconciliation
import Specification
import Testing

@Suite("Whatever is said from outside, the log takes what is recorded")
struct LimitTests {
  let lamp = World.lamp("hall")

  private func isTaken(_ event: Event) -> Bool {
    event.message.utf8.count <= Event.messageBytesMax && event.body.bytes.count <= Event.bodyBytesMax
      && !event.actor.utf8.contains(0)
  }

  @Test("a reason of one letter and thousands of marks, a failure and a look that say a megabyte")
  func novels() {
    let marks = "a" + String(repeating: "\u{301}", count: 9_000)
    let novel = String(repeating: "x", count: 2 << 20)
    var world = World()
    world.tell(environment(["hall": 2]))
    world.tell(
      .requested(
        Request(
          .suspend(Scope(lamp), until: nil, reason: marks),
          by: Caller(
            name: "an\0na", roles: ["operator"], isOwner: false)), number: 1))
    world.tell(.requested(Request(.resume(Scope(lamp)), by: anna), number: 2))
    world.outcomes[lamp] = .failure(
      Failure(.transient, code: "x", operation: "x", subject: novel, cause: novel))
    world.lit[lamp] = ["lit": 0]
    world.wait(.seconds(600))
    world.tell(.observed(lamp, .unknown(reason: novel, since: world.now)))
    #expect(world.kinds(of: lamp).contains(.failed) && world.kinds(of: lamp).contains(.unknown))
    #expect(world.log.contains { $0.kind == .suspended && $0.actor == "an\u{FFFD}na" })
    #expect(world.log.allSatisfy(isTaken))
    // What was answered is what stands in the log.
    guard case .accepted(let sequence, let message)? = world.answers[1] else {
      Issue.record("a reason of any length is the server's to refuse")
      return
    }
    #expect(world.log.first { $0.sequence == sequence }?.message == message)
  }

  @Test("a text is cut at a character's border, and at a scalar's where one is longer than there is room")
  func cutting() {
    #expect("12345".cut(toBytes: 5) == "12345")
    #expect("123456".cut(toBytes: 5) == "12…")
    #expect("1ä34567".cut(toBytes: 5) == "1…")
    #expect("e\u{301}e\u{301}e\u{301}".cut(toBytes: 7) == "e\u{301}…")
    #expect("👩‍👩‍👧‍👦👩‍👩‍👧‍👦".cut(toBytes: 40) == "👩‍👩‍👧‍👦…")
    let marks = "a" + String(repeating: "\u{301}", count: 50)
    #expect(marks.cut(toBytes: 10) == "a\u{301}\u{301}\u{301}…")
    #expect("123456".cut(toBytes: 2).isEmpty || "123456".cut(toBytes: 2).utf8.count <= 2)
    for length in 0...20 { #expect("äöü👩‍👩‍👧‍👦xyz".cut(toBytes: length).utf8.count <= length) }
  }

  @Test("of a body that is too large, the large members are left out, and what they were can be told apart")
  func largeBodies() {
    func event(_ body: JSON) -> Event {
      Event(
        sequence: 1, at: .epoch, scope: nil, kind: .failed, severity: .info, actor: "steward", cause: nil,
        message: "", body: body
      ).withinLimits
    }
    let large = String(repeating: "\u{1}", count: 1 << 20)
    let kept = event(["verb": "rotate", "failure": .string(large), "n": 1])
    #expect(kept.body["verb"] == "rotate" && kept.body["n"] == 1)
    #expect(kept.body["failure"]["leftOut"] == .integer(6 << 20 + 2))
    #expect(event(["a": .string(large)]).body != event(["a": .string(large + "x")]).body)
    let small: JSON = ["verb": "rotate", "text": .string(String(repeating: "x", count: 900_000))]
    #expect(event(small).body == small)
    let many = JSON.object(
      Dictionary(uniqueKeysWithValues: (0..<200_000).map { ("k\($0)", .integer(Int64($0))) }))
    #expect(isTaken(event(many)) && isTaken(event(.string(large))))
  }
}
