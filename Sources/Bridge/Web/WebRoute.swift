import CGI

/// Finds out which handler answers a request. The folder Bridge/Web holds what a web server's requests are answered with: the
/// routes, a handler for each, and the bodies of errors. WebCommand in the executable loads the settings, calls the handler
/// and writes the reply.
public enum WebRoute: Equatable, Sendable {
    case widget
    case webhook
    case metrics

    public init(_ request: Request) throws(WebRefusal) {
        if request.isFor(Widget.path) || request.isFor(MetricsHandler.path) {
            guard ["GET", "HEAD"].contains(request.method) else {
                throw WebRefusal(405, "only GET is answered here", headers: ["Allow": "GET, HEAD"])
            }
            self = request.isFor(Widget.path) ? .widget : .metrics
        } else if request.isFor(WebhookHandler.path) {
            guard request.method == "POST" else {
                throw WebRefusal(405, "only POST is answered here", headers: ["Allow": "POST"])
            }
            self = .webhook
        } else {
            throw WebRefusal(404, "there is nothing at this path")
        }
    }
}
