public import Glibc

/// Whole files by their paths, through the C library: not through the doors that may be what is tested. No program that a test
/// starts meanwhile keeps them open.
public enum Bytes {
  /// A file's bytes; none where there is no file.
  public static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return bytes
  }

  /// Writes a file, in place.
  public static func write(_ bytes: some Collection<UInt8>, to path: String, mode: mode_t = 0o600) {
    guard let file = fopen(path, "we") else { return }
    defer { fclose(file) }
    fchmod(fileno(file), mode)
    let array = Array(bytes)
    fwrite(array, 1, array.count, file)
  }

  /// The permissions of what is at the path; 0 where there is nothing.
  public static func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }
}
