import FoundationEssentials
import Glibc
import Host

/// Chromium without a window: loads a page, lets a script measure what was laid out, and says what it found.
struct Browser {
  static let path = "/usr/bin/chromium"
  static var isThere: Bool {
    access(path, X_OK) == 0 || ProcessInfo.processInfo.environment["CI"] == "true"
  }

  struct Measured: Decodable {
    struct Plot: Decodable {
      let title: String
      let description: String
      let width: Double
      let height: Double
      let marks: Int
      let textsOutside: [String]
      let textsTouching: [String]
    }
    let plots: [Plot]
    let scripts: Int
    let tables: Int
    let sections: Int
    let headings: Int
    let scrollsSideways: Bool
    let text: String
    let background: String
    let contrast: Double
  }

  struct Unmeasured: Error, CustomStringConvertible { let description: String }

  /// The page as it was laid out in a window of this width.
  func measure(_ page: String, width: Int, isDark: Bool = false) async throws -> Measured {
    var template = Array("/tmp/steward-page-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HostError("create", "a scratch folder", code: errno) }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      if getenv("STEWARD_KEEP_SCRATCH") == nil { try? FileManager.default.removeItem(atPath: folder) }
    }
    // The page forbids scripts; what measures it is let in here alone.
    let measured =
      page.replacing("default-src 'none'; style-src 'unsafe-inline'", with: "default-src 'unsafe-inline'")
      .replacing("</body>", with: "<script>\(Browser.script)</script></body>")
    try Data(measured.utf8).write(to: URL(filePath: "\(folder)/page.html"))
    let result = try await SubprocessRunner().run(
      Command(
        [
          Browser.path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
          "--hide-scrollbars",
          "--user-data-dir=\(folder)/profile", "--window-size=\(width),900",
        ] + (isDark ? ["--blink-settings=preferredColorScheme=0"] : []) + [
          "--dump-dom", "file://\(folder)/page.html",
        ], environment: ["HOME": folder, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"],
        timeout: .seconds(120),
        outputBytesMax: 8 << 20))
    let dom = result.output.text
    guard let start = dom.firstRange(of: "<pre id=\"measured\">")?.upperBound,
      let end = dom[start...].firstRange(of: "</pre>")?.lowerBound,
      let json = Data(base64Encoded: String(dom[start..<end]))
    else { throw Unmeasured(description: "\(result.end): \(result.error.text.suffix(500))") }
    return try JSONDecoder().decode(Measured.self, from: json)
  }

  /// Runs in the page, after layout.
  private static let script = """
    (() => {
      const scripts = document.querySelectorAll('script').length - 1;
      const box = e => e.getBoundingClientRect();
      const plots = [...document.querySelectorAll('figure svg')].map(svg => {
        const frame = box(svg), texts = [...svg.querySelectorAll('text')];
        const outside = texts.filter(t => { const b = box(t);
          return b.left < frame.left - 1 || b.right > frame.right + 1 || b.top < frame.top - 1 ||
            b.bottom > frame.bottom + 1; }).map(t => t.textContent);
        const touching = [];
        texts.forEach((a, i) => texts.slice(i + 1).forEach(b => { const p = box(a), q = box(b);
          if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 4 && q.top < p.bottom - 4)
            touching.push(a.textContent + ' / ' + b.textContent); }));
        return { title: svg.querySelector('title').textContent, description: svg.querySelector('desc').textContent,
          width: frame.width, height: frame.height, textsOutside: outside, textsTouching: touching,
          marks: [...svg.querySelectorAll('rect,circle,path')].filter(m => box(m).width > 0).length };
      });
      const rgb = s => s.match(/[0-9.]+/g).slice(0, 3).map(Number);
      const light = s => { const [r, g, b] = rgb(s).map(v => { v /= 255;
        return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const style = getComputedStyle(document.body), a = light(style.color), b = light(style.backgroundColor);
      const measured = { plots, scripts, tables: document.querySelectorAll('table').length,
        sections: document.querySelectorAll('section').length, headings: document.querySelectorAll('h2').length,
        scrollsSideways: document.documentElement.scrollWidth > document.documentElement.clientWidth,
        text: document.body.innerText, background: style.backgroundColor,
        contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
      const bytes = new TextEncoder().encode(JSON.stringify(measured));
      const pre = document.createElement('pre');
      pre.id = 'measured';
      pre.textContent = btoa([...bytes].map(b => String.fromCharCode(b)).join(''));
      document.body.append(pre);
    })();
    """
}
