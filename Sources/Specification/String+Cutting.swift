extension String {
  /// The text where it has at most `bytesMax` bytes of UTF-8, else its beginning and `…`, together at most as many. It is cut
  /// at a character's border, or at a scalar's where one character alone is longer: a letter may bear any number of marks.
  public func cut(toBytes bytesMax: Int) -> String {
    guard utf8.count > bytesMax else { return self }
    let mark = "…"
    let room = max(0, bytesMax - mark.utf8.count)
    let kept = String(beginning(ofBytes: room))
    return kept.utf8.count + mark.utf8.count <= bytesMax ? kept + mark : kept
  }

  private func beginning(ofBytes room: Int) -> Substring {
    // Whole scalars first: what is far longer is not walked through.
    var end = utf8.index(startIndex, offsetBy: room)
    while String.Index(end, within: unicodeScalars) == nil { end = utf8.index(before: end) }
    let scalars = self[..<end]
    guard !scalars.isEmpty else { return scalars }
    // Found anew in the whole: an index remembers how long its character is in the part.
    let last = utf8.index(
      startIndex, offsetBy: utf8.distance(from: startIndex, to: scalars.index(before: end)))
    return last == startIndex || index(after: last) == end ? scalars : self[..<last]
  }
}
