import Specification

/// Nodes as a file would give them, all at one place but for the line.
func plain(_ text: String, line: Int = 1) -> SpecNode {
  SpecNode(place: Place(file: "f.yaml", line: line), content: .scalar(SpecScalar(text)))
}

func quotes(_ text: String, line: Int = 1) -> SpecNode {
  SpecNode(place: Place(file: "f.yaml", line: line), content: .scalar(SpecScalar(text, style: .quoted)))
}

func list(_ nodes: SpecNode...) -> SpecNode {
  SpecNode(place: Place(file: "f.yaml"), content: .list(nodes))
}

func mapping(_ entries: KeyValuePairs<String, SpecNode>) -> SpecNode {
  let entries = entries.enumerated().map { index, entry in
    SpecEntry(key: SpecKey(entry.key, place: Place(file: "f.yaml", line: index + 1)), value: entry.value)
  }
  return SpecNode(place: Place(file: "f.yaml"), content: .mapping(entries))
}

/// What a conversion says against a node; nil where it has nothing against it.
func refusal<Value>(of node: SpecNode, by convert: (SpecNode) throws(Misreading) -> Value) -> String? {
  do throws(Misreading) {
    _ = try convert(node)
    return nil
  } catch {
    return error.message
  }
}
