import HTTP

@testable import StandIn

extension StandIn.Request {
    /// A request of the bridge as it arrives.
    init(_ request: HTTP.Request) {
        self.init(request.method.rawValue, request.location.path)
        for header in request.headers { set(header.name.lowercased(), header.value) }
        body = request.body ?? []
    }
}
