import Specification

extension YAMLSyntaxError {
  /// Where the mistake was made. A quote that is not closed and a key without its colon are noticed far
  /// behind it.
  func place(in file: String) -> Place {
    let isInQuotes = (context ?? "").contains("quoted scalar") && problem.contains("unexpected")
    return isInQuotes || problem == "could not find expected ':'"
      ? Place(file: file, line: contextLine, column: contextColumn)
      : Place(file: file, line: line, column: column)
  }

  /// What an operator can do about it. The parser's own words speak of indicators and productions.
  var words: String {
    switch (problem, context ?? "") {
    case ("found unexpected end of stream", let context) where context.contains("quoted scalar"):
      "this quoted text has no end: a closing quote is missing"
    case ("found unexpected document indicator", _):
      "this quoted text has `---` or `...` inside: a closing quote is missing"
    case ("did not find expected ',' or ']'", _):
      "the list that begins with `[` in line \(contextLine) is not closed: a `,` or `]` is missing"
    case ("did not find expected ',' or '}'", _):
      "the mapping that begins with `{` in line \(contextLine) is not closed: a `,` or `}` is missing"
    case ("did not find expected key", _):
      "a key was expected here: the indentation differs from the lines since line \(contextLine), or text after a "
        + "closing quote or bracket does not belong there"
    case ("did not find expected '-' indicator", _):
      "a `- ` was expected here: the indentation differs from the list that begins in line \(contextLine)"
    case ("could not find expected ':'", _):
      "this is no `key: value`: a `:` and a space are missing after the key"
    case ("mapping values are not allowed in this context", _):
      "a second `: ` in one value, or a key indented too far: text that holds `: ` is written in quotes"
    case ("block sequence entries are not allowed in this context", _):
      "a list written with `- ` begins on a line of its own"
    case ("mapping keys are not allowed in this context", _):
      "a `?` in this place would begin a key: text that begins with `?` is written in quotes"
    case ("found character that cannot start any token", _):
      "a value cannot begin with this character: write it in quotes"
    case ("found unknown escape character", _):
      "an unknown escape behind `\\` in double quotes: write `\\\\` for a backslash, or use single quotes"
    case ("did not find expected <document start>", _):
      "the file goes on after its end: everything belongs below the first keys"
    case ("found undefined tag handle", _), ("did not find expected node content", _):
      "a value was expected here: text that begins with one of ! & * [ ] { } , ` @ % is written in quotes"
    case ("did not find expected alphabetic or numeric character", _):
      "`&` and `*` have a meaning of their own in YAML: text that begins with them is written in quotes"
    case ("did not find expected digit or '.' character", _),
      ("did not find expected whitespace or line break", _),
      ("could not find expected directive name", _), ("found unknown directive name", _):
      "`%` begins a directive of YAML, which is not used here: text that begins with it is written in quotes"
    default: "this is no YAML: \(problem)" + (context.map { " \($0)" } ?? "")
    }
  }
}
