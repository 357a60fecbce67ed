#if FUZZING
  import Glibc
  import Synchronization

  /// What libFuzzer's callback, which captures nothing, feeds.
  private let chosen = Mutex<Language?>(nil)

  /// libFuzzer as a library: it calls back until its time is over, and ends the process at the first fault.
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  ) -> CInt

  func libFuzzer(_ language: Language, _ arguments: [String]) {
    chosen.withLock { $0 = language }
    let all = [CommandLine.arguments[0], "-max_len=\(language.bytesMax)"] + arguments
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: all.count + 1)
    for (index, argument) in all.enumerated() { pointers[index] = strdup(argument) }
    pointers[all.count] = nil
    var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = pointers
    var count = CInt(all.count)
    exit(
      runDriver(&count, &list) { bytes, length in
        chosen.withLock { $0 }?.read(Array(UnsafeBufferPointer(start: bytes, count: length)))
        return 0
      })
  }
#endif
