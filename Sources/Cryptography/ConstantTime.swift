/// Whether two byte strings are equal, in a time that depends on their lengths only, so that how long a
/// refusal takes does not tell how much of a guess was right.
public func equalInConstantTime(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for (a, b) in zip(left, right) { difference |= a ^ b }
  return difference == 0
}
