import Testing

@testable import Cryptography

@Suite("SCRAM verifiers")
struct ScramVerifierTests {
  @Test("the verifier is the one that other programs compute from the same salt")
  func known() throws {
    // Made by Python's hashlib.pbkdf2_hmac and hmac from the salt below.
    let verifier = try #require(ScramVerifier(password: Array("pencil".utf8), purpose: "staging/DB/1/web"))
    #expect(
      verifier.text == "SCRAM-SHA-256$4096:s1xVsQyDVIfTM3Ou6ogDLw==$QNUL29sDhh0VCeW6"
        + "WKFQ+EtFbBtYNoCPy5Eg83iOY/k=:J1QIJGH9r/Nm6ujo7Aty0qskl3EGTVcSl+RplifTkmQ=")
  }

  @Test("the same password for the same purpose has one verifier, for another purpose another")
  func stable() {
    let password = Array("aB3dE6gH9".utf8)
    let first = ScramVerifier(password: password, purpose: "staging/DB/1/web")
    #expect(first == ScramVerifier(password: password, purpose: "staging/DB/1/web"))
    #expect(first != ScramVerifier(password: password, purpose: "staging/DB/2/web"))
    #expect(first?.text.contains("aB3dE6gH9") == false)
  }

  @Test("what SASLprep would change is refused", arguments: ["", "naïve", "a\u{7F}", "tab\t"])
  func refused(password: String) {
    #expect(ScramVerifier(password: Array(password.utf8), purpose: "p") == nil)
  }
}
