/// Everything that is fuzzed. A new parser, of a server's answer say, is a line here and a `Language` in the folder
/// beside it: where its seeds are, and what must hold.
let languages: [Language] = [environment, stewardFile, calendar, zoneData, json, events, requests] + ofPeers

#if DEBUG || FUZZING
  /// Those whose readers are internal to their targets.
  private let ofPeers = [answers, sealed, kernel, records]
#else
  private let ofPeers: [Language] = []
#endif
