/// What an environment is made of, beside its instances.
extension UnkeptSections {
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
