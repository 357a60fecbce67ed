import Hummingbird

/// An HTTP request as it arrived. The kernel's own `Request` is what a person asks for by it.
typealias Inquiry = Request
