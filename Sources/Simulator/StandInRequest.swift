extension StandIn {
    /// One HTTP request; the names of its headers are in lower case.
    struct Request: Equatable {
        struct Header: Equatable {
            let name: String
            let value: String
        }

        var method: String
        var target: String
        var headers: [Header] = []
        var body: [UInt8] = []

        /// The value of a header that stands there once; nil for none or several.
        subscript(name: String) -> String? {
            let values = headers.filter { $0.name == name }
            return values.count == 1 ? values.first?.value : nil
        }

        func has(_ name: String) -> Bool { headers.contains { $0.name == name } }

        /// The words of the path between its slashes.
        var path: [Substring] { target.dropFirst().split(separator: "/", omittingEmptySubsequences: false) }

        var headersByName: [String: String] {
            Dictionary(headers.map { ($0.name, $0.value) }) { first, second in first + "," + second }
        }
    }
}
