/// What an environment is made of, beside its instances.
extension UnkeptSections {
  static let database = Shape.named(
    .keys([
      "kind": .required(.choice("postgresql")),
      "socket": .path,
      "host": .text,
      "port": .integer(1...65_535),
      "name": .name,
      "admin": .name,
      "admin password": .name,
      "size": .bytes,
      "size at least": .bytes,
      "availability": .required(.choice("single", "high")),
      "zones": .choice("one", "multi-capable", "multi"),
      "failover": .choice("none", "manual", "automatic"),
      "encrypted": .choice("at rest", "in transit", "everywhere"),
      // Role → what it may do there; everything that is not written is refused.
      "access": .named(.choice("full", "read-only", "with approval")),
      "audit": .text,
    ]))

  static let cdn = Shape.keys([
    "delivery": .required(.choice("regional", "global"))
  ])

  static let datasets = Shape.named(
    .keys([
      "of": .text,
      "source": .required(.choice("synthetic", "production copy", "live")),
      "or": .choice("synthetic"),
      "volume": .choice("small", "high"),
      "every": .span,
      "reset": .choice("anytime", "before major releases", "never"),
      "personal data": .required(.choice("none", "masked or removed", "encrypted")),
      "test credentials": .choice("public", "private"),
    ]))
}
