/// The description of the interface for programs and for those who write clients: `openapi.json`, OpenAPI 3.1. It is
/// part of the program, so that installing stays copying it; tests hold it against the wire types, the routes and the
/// daemon's real answers.
public enum APIDocument {
  /// The document: UTF-8 JSON.
  public static var bytes: [UInt8] { PackageResources.openapi_json }
}
