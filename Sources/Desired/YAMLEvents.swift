import CYaml

/// One step of a YAML stream: what begins, ends or stands here.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd
    case documentStart(directives: Bool)
    case documentEnd
    case alias
    case scalar(text: String, plain: Bool)
    case listStart, listEnd
    case mappingStart, mappingEnd
  }

  var kind: Kind
  /// Both count from 1; the column in characters.
  var line: Int
  var column: Int
  var hasAnchor = false
  var hasTag = false
}

/// Why the text is no YAML, in the parser's words, with where it noticed and what it was then reading.
struct YAMLSyntaxError: Error {
  var problem: String
  var context: String?
  var line: Int
  var column: Int
  var contextLine: Int
  var contextColumn: Int
}

/// The events of a YAML text, one at a time: whoever reads them can stop before anything grows.
///
/// This is libyaml as Yams carries it. Yams' own composer builds the whole tree first, follows aliases and
/// recurses as deep as the file says; here an alias is an event like any other, and refused before it costs
/// anything.
final class YAMLEvents {
  /// On the heap: the parser keeps pointers into itself.
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ text: ArraySlice<UInt8>) {
    input = .allocate(capacity: text.count)
    _ = input.initialize(from: text)
    parser.initialize(to: yaml_parser_t())
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next event. After `streamEnd` or an error there is none to ask for.
  func next() throws(YAMLSyntaxError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError }
    defer { yaml_event_delete(&event) }
    var found = YAMLEvent(
      kind: .streamStart, line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
    switch event.type {
    case YAML_STREAM_START_EVENT: break
    case YAML_DOCUMENT_START_EVENT:
      let start = event.data.document_start
      let directives =
        start.version_directive != nil || start.tag_directives.start != start.tag_directives.end
      found.kind = .documentStart(directives: directives)
    case YAML_DOCUMENT_END_EVENT: found.kind = .documentEnd
    case YAML_ALIAS_EVENT: found.kind = .alias
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      found.kind = .scalar(text: text, plain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      found.hasAnchor = scalar.anchor != nil
      found.hasTag = scalar.tag != nil
    case YAML_SEQUENCE_START_EVENT:
      found.kind = .listStart
      found.hasAnchor = event.data.sequence_start.anchor != nil
      found.hasTag = event.data.sequence_start.tag != nil
    case YAML_SEQUENCE_END_EVENT: found.kind = .listEnd
    case YAML_MAPPING_START_EVENT:
      found.kind = .mappingStart
      found.hasAnchor = event.data.mapping_start.anchor != nil
      found.hasTag = event.data.mapping_start.tag != nil
    case YAML_MAPPING_END_EVENT: found.kind = .mappingEnd
    default: found.kind = .streamEnd
    }
    return found
  }

  private var syntaxError: YAMLSyntaxError {
    let failed = parser.pointee
    return YAMLSyntaxError(
      problem: failed.problem.map { String(cString: $0) } ?? "out of memory",
      context: failed.context.map { String(cString: $0) },
      line: Int(failed.problem_mark.line) + 1,
      column: Int(failed.problem_mark.column) + 1,
      contextLine: Int(failed.context_mark.line) + 1,
      contextColumn: Int(failed.context_mark.column) + 1)
  }
}
