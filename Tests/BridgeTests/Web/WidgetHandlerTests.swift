import CGI
import Testing

@testable import Bridge
@testable import Configuration

@Suite struct WidgetHandlerTests {
    private func request(_ tag: String? = nil) throws -> Request {
        var environment = ["GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET", "SCRIPT_NAME": Widget.path]
        environment["HTTP_IF_NONE_MATCH"] = tag
        return try #require(Request(environment: environment))
    }

    @Test func aWidgetThatKnowsTheSettingsGetsNoBody() throws {
        let first = WidgetHandler.answer(try request(), Settings().assist)
        #expect(first.status == 200 && first.body == Widget.configuration(Settings().assist))
        let again = WidgetHandler.answer(try request(first.headers["ETag"]), Settings().assist)
        #expect(again.status == 304 && again.body == [] && again.headers["ETag"] == first.headers["ETag"])
    }

    @Test func aBrokenConfigurationIsToldToTheOperatorAlone() throws {
        var reported: [String] = []
        let error = ConfigurationError("file", "is broken", "mend it")
        let refusal = #expect(throws: WebRefusal.self) {
            try WidgetHandler.answer(try request(), .failure(error)) { reported.append($0) }
        }
        #expect(refusal == .notConfigured)
        #expect(reported == ["\(error)"])
    }
}
