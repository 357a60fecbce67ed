/// The sections of an environment file that are read strictly before a controller keeps them. Each is one
/// word of the mission's; the day its controller exists, the controller's own reading takes the place of the
/// shape.
enum UnkeptSections {
  static let environment: KeyValuePairs<String, Shape> = [
    "cdn": cdn,
    "datasets": datasets,
    "releases": releases,
    "migrations": migrations,
    "testing": testing,
    "objectives": objectives,
    "monitoring": monitoring,
    "alerts": alerts,
    "security": security,
    "compliance": compliance,
    "recovery": recovery,
  ]

  /// The keys of kept sections that their controllers read and nobody keeps yet.
  static let keys = ["budget": ["spending", "machines", "unused resources", "reserved"]]
}
