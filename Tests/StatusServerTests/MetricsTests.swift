import Fixtures
import Reconciliation
import StatusAPI
import StatusServer
import Testing

@Suite struct MetricsTests {
  @Test("metrics are Prometheus text: states, findings, counters, ages, the process")
  func metrics() async throws {
    try await serving { served in
      await served.town.tell(adopted("staging", ["north": "always"]))
      await served.town.rust(shutter("staging", "north"))
      let text = try await get("/metrics", served)
      for line in [
        #"steward_resource_state{environment="staging",controller="shutters",name="north",state="ready"} 1"#,
        #"steward_findings{environment="staging",controller="shutters",name="north",severity="warning"} 1"#,
        #"steward_actions_total{environment="staging",controller="shutters",verb="raise",result="done"} 1"#,
        #"steward_last_done_timestamp_seconds{environment="staging",controller="shutters",name="north",verb="raise"} 1795435200"#,
        #"steward_environment_refused{environment="staging"} 0"#, #"steward_info{version="1.2.3"} 1"#,
        "steward_log_stalled 0", "# TYPE process_resident_memory_bytes gauge",
        #"steward_events_total{severity="warning"} 1"#,
      ] {
        #expect(text.contains(line + "\n"), "\(line)")
      }
      for line in text.split(separator: "\n").drop(while: { !$0.isEmpty && !$0.hasPrefix("# HELP") }) {
        #expect(line.hasPrefix("# ") || line.split(separator: " ").count >= 2, "\(line)")
      }
    }
  }

  @Test("health is one word, and turns when the log cannot be written")
  func health() async throws {
    try await serving { served in
      #expect(try await get("/healthz", served).hasSuffix("\r\n\r\nok\n"))
      await served.town.stall("No space left on device")
      let text = try await get("/healthz", served)
      #expect(text.hasPrefix("HTTP/1.1 503 "))
      #expect(text.hasSuffix("the event log: No space left on device\n"))
    }
  }

  private func get(_ path: String, _ served: Served) async throws -> String {
    let peer = try RawPeer(served.path)
    peer.send("GET \(path) HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n")
    return try #require(try await onOwnThread { peer.read() })
  }
}
