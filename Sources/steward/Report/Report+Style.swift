extension Report {
  /// Stripes over what is not as it should be, so that it can be told without colours.
  static let patterns = """
    <svg class="patterns" aria-hidden="true"><defs><pattern id="stripes" width="6" height="6" \
    patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern>\
    <pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><circle class="dot" cx="3" cy="3" r="1.3"/>\
    </pattern></defs></svg>
    """

  /// What everything looks like. The colours of light and dark are at least 3:1 against the page for marks and 4.5:1 for
  /// text (WCAG 2.1, 1.4.3 and 1.4.11).
  static let style = """
    :root { color-scheme: light dark; --page: #fdfdfc; --card: #f4f4f1; --ink: #1b1f24; --quiet: #59616b;
      --line: #dcdcd6; --ready: #2f8f5b; --closed: #8a929c; --waiting: #b87503; --degraded: #c5372c;
      --unknown: #8250c4; --stopped: #3f4650; --s0: #2f6fb7; --s1: #0f8a95; --s2: #b0467e; --s3: #6b7a1f;
      --s4: #a0642a; --s5: #5b56c9; --good-ink: #1f6f44; --caution-ink: #8a5700; --bad-ink: #a92a20; }
    @media (prefers-color-scheme: dark) {
      :root { --page: #14171b; --card: #1d2127; --ink: #e8eaed; --quiet: #a3abb5; --line: #343a42;
        --ready: #4fb57c; --closed: #77808b; --waiting: #dfa032; --degraded: #ef6a5e; --unknown: #b18ae6;
        --stopped: #c9ced6; --s0: #6aa5e8; --s1: #3fb7c2; --s2: #e07bb0; --s3: #b3c25a; --s4: #d79a60;
        --s5: #9f9bf0; --good-ink: #6fcf97; --caution-ink: #e8b04f; --bad-ink: #ff8b80; }
    }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 1080px; padding: 32px 24px 64px; background: var(--page); color: var(--ink);
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
    h1 { margin: 0 0 16px; font-size: 28px; line-height: 1.25; overflow-wrap: anywhere; }
    h2 { margin: 44px 0 10px; font-size: 20px; line-height: 1.3; }
    p { margin: 8px 0; color: var(--quiet); }
    .kicker { margin: 0; font-size: 14px; }
    .summary { margin: 0 0 20px; padding-left: 20px; overflow-wrap: anywhere; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; margin: 0; }
    .figures div { display: flex; flex-direction: column-reverse; padding: 12px 14px; border-radius: 8px;
      background: var(--card); }
    .figures dt { color: var(--quiet); font-size: 14px; }
    .figures dd { margin: 0; font-size: 26px; font-weight: 600; line-height: 1.2;
      font-variant-numeric: tabular-nums; }
    .figures .bad dd { color: var(--bad-ink); }
    .scroll { margin: 12px 0; overflow-x: auto; }
    svg { display: block; width: 100%; min-width: 640px; height: auto; }
    svg text { font-size: 13px; fill: var(--ink); }
    svg .axis { fill: var(--quiet); font-variant-numeric: tabular-nums; }
    svg .tick { stroke: var(--line); stroke-width: 1; }
    svg .base { stroke: var(--closed); stroke-width: 1; }
    svg .ready { fill: var(--ready); } svg .closed { fill: var(--closed); fill-opacity: .45; }
    svg .waiting { fill: var(--waiting); } svg .degraded { fill: var(--degraded); }
    svg .unknown { fill: var(--unknown); } svg .stopped { fill: var(--stopped); }
    svg .s0 { fill: var(--s0); } svg .s1 { fill: var(--s1); } svg .s2 { fill: var(--s2); }
    svg .s3 { fill: var(--s3); } svg .s4 { fill: var(--s4); } svg .s5 { fill: var(--s5); }
    svg .budget { stroke: var(--degraded); stroke-width: 1.5; stroke-dasharray: 6 4; }
    svg .budgeted { fill: var(--degraded); }
    svg .other { fill: var(--closed); }
    svg .area { fill: var(--s0); fill-opacity: .18; }
    svg .curve { fill: none; stroke: var(--s0); stroke-width: 2; stroke-linejoin: round; }
    svg .mark { stroke: var(--page); stroke-width: 1.5; }
    svg .safe { fill: var(--s0); } svg .disruptive { fill: var(--waiting); }
    svg .destructive { fill: var(--degraded); } svg .news { fill: var(--unknown); }
    svg.patterns { position: absolute; width: 0; min-width: 0; height: 0; }
    svg .pattern { pointer-events: none; } svg .striped { fill: url(#stripes); } svg .dotted { fill: url(#dots); }
    svg .dot { fill: var(--page); fill-opacity: .6; }
    svg .hatch { stroke: var(--page); stroke-width: 2.4; stroke-opacity: .55; }
    table { width: 100%; border-collapse: collapse; font-size: 14px; }
    th { padding: 6px 12px 6px 0; border-bottom: 2px solid var(--line); color: var(--quiet); font-weight: 600;
      text-align: left; white-space: nowrap; }
    td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top;
      overflow-wrap: anywhere; min-width: 64px; }
    td:not(.whole):not(.number) { min-width: 160px; }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    .whole { white-space: nowrap; overflow-wrap: normal; }
    .tone.ready { color: var(--good-ink); } .tone.closed, .tone.absent { color: var(--quiet); }
    .tone.waiting, .tone.notice { color: var(--caution-ink); }
    .tone.warning { color: var(--caution-ink); }
    .tone.degraded, .tone.critical { color: var(--bad-ink); }
    .rest, footer { color: var(--quiet); font-size: 14px; }
    footer { margin-top: 48px; padding-top: 12px; border-top: 1px solid var(--line); }
    @media print { body { padding: 0; max-width: none; } section { break-inside: avoid-page; }
      .scroll { overflow: visible; } svg { min-width: 0; } }
    """
}
