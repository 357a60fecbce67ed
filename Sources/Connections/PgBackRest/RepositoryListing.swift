import FoundationEssentials

/// What `pgbackrest repo-ls --output=json` says: paths, each with its kind.
struct RepositoryListing {
  /// The names of folders.
  let folders: [String]
  /// The 24 digits of each WAL segment.
  let segments: [String]

  private struct Entry: Decodable { var type: String }

  init(json: [UInt8]) throws(PgBackRestError) {
    guard let entries = try? JSONDecoder().decode([String: Entry].self, from: Data(json)) else {
      throw PgBackRestError(
        code: nil, reason: "pgbackrest repo-ls cannot be understood: it is not as 2.45 writes it")
    }
    folders = entries.filter { $0.value.type == "path" && $0.key != "." }.map(\.key)
    segments = entries.filter { $0.value.type == "file" }.compactMap { path, _ in
      let name = (path.split(separator: "/").last ?? "").prefix(25)
      return name.count == 25 && name.last == "-" ? String(name.dropLast()) : nil
    }
  }
}
