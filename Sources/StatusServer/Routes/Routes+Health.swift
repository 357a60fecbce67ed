import HTTPTypes
import Hummingbird
import NIOCore

extension Routes {
  func addHealth(to router: Router<StatusContext>) {
    router.get("/healthz") { _, _ in
      let stalled = await source.snapshot().daemon.logStalled
      return text(
        stalled == nil ? .ok : .serviceUnavailable, stalled.map { "the event log: \($0)\n" } ?? "ok\n",
        type: "text/plain; charset=utf-8")
    }
    router.get("/metrics") { request, context in
      let (snapshot, sight) = try await look(request, context)
      let socket = SocketFigures(connections: connections.count, followers: followers.count)
      return text(
        .ok, Metrics(snapshot, to: sight, socket: socket, process: ProcessFigures()).text,
        type: "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  private func text(_ status: HTTPResponse.Status, _ text: String, type: String) -> Response {
    Response(
      status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
