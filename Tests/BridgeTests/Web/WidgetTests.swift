import Configuration
import Testing

@testable import Bridge

@Suite struct WidgetTests {
    @Test func itIsToldTheSixFields() {
        let text =
            #"{"enableKeywordTrigger":true,"enableSentimentTrigger":true,"maxSuggestions":3,"minConfidence":0.75,"#
            + #""prohibitedPhrases":["guarantee full refund","legal action","sue the company"],"refreshIntervalMs":2000}"#
        #expect(Widget.configuration(Settings().assist) == Array(text.utf8))
    }

    @Test func itIsToldWhatIsConfigured() {
        var settings = Settings().assist
        settings.keywordTrigger = false
        settings.sentimentTrigger = false
        settings.maxSuggestions = 5
        settings.minConfidence = 0.5
        settings.refreshInterval = .milliseconds(750)
        settings.prohibitedPhrases = ["\"straße\""]
        let text =
            #"{"enableKeywordTrigger":false,"enableSentimentTrigger":false,"maxSuggestions":5,"#
            + #""minConfidence":0.5,"prohibitedPhrases":["\"straße\""],"refreshIntervalMs":750}"#
        #expect(Widget.configuration(settings) == Array(text.utf8))
    }

    @Test func anotherConfigurationHasAnotherTag() {
        var settings = Settings().assist
        let tag = Widget.tag(Widget.configuration(settings))
        #expect(tag == Widget.tag(Widget.configuration(settings)))
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.utf8.count == 26)
        settings.maxSuggestions = 4
        #expect(tag != Widget.tag(Widget.configuration(settings)))
    }

    @Test(arguments: [#""a""#, #"W/"a""#, "*", #""x", "a""#, #""x",W/"a""#, " * "])
    func whoHasTheTagIsTold(header: String) {
        #expect(Widget.isKnown("\"a\"", to: header))
    }

    @Test(arguments: ["", "a", #""b""#, #""A""#, #""a"#, #""ab""#])
    func whoHasAnotherTagIsNot(header: String) {
        #expect(!Widget.isKnown("\"a\"", to: header))
    }
}
