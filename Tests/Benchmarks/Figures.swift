/// Every figure, in the order of the README's table: one line each, a file each in `Figures`.
let figures: [Benchmark] = [
  scaleFirst,
  scaleSteady,
  scaleEdit,
  scaleStart,
  look,
  reactionToFile,
  reactionToDeath,
  logSingle,
  logBurst,
  purge,
  socketAnswers,
  socketSlowest,
  calendarFires,
  idleMemory,
  idleProcessor,
  idleLarge,
]
