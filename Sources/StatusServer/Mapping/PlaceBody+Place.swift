import Specification
import StatusAPI

extension PlaceBody {
  init(_ place: Place) {
    self.init(file: place.file, line: place.line, column: place.column)
  }
}

extension MistakeBody {
  init(_ mistake: Mistake) {
    self.init(
      place: PlaceBody(mistake.place), severity: mistake.severity.rawValue, message: mistake.message)
  }
}
