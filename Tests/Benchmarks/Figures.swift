/// Every figure, in the order of the README's table: one line each, a file each in `Figures`.
let figures: [Benchmark] = [
  logSingle,
  logBurst,
  calendarFires,
]
