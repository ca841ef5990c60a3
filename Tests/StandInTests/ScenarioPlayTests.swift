import Testing

@testable import StandIn

@Suite struct ScenarioPlayTests {
    @Test func theFirstRuleWithUsesLeftWins() throws {
        var play = Scenario.Play(try Scenario(parsing: "key 1 drop times 2\nkey any silence times 1\nkey 1 garbage"))
        let actions = (1...4).map { _ in play.first(for: .key("1"))?.steps.first?.action }
        #expect(actions == [.drop, .drop, .silence, .garbage])
        #expect(play.first(for: .key("2")) == nil)
    }

    @Test func everyRuleOfAnOpeningIsPlayedAsOftenAsItMay() throws {
        var play = Scenario.Play(
            try Scenario(parsing: "open garbage times 1\nkey 1 drop\nafter 9 silence\nopen frame 00"))
        #expect(play.opening().map(\.trigger) == [.open, .after(.milliseconds(9)), .open])
        #expect(play.opening().count == 2)
    }

    @Test func whatComesAfterTheEndOfAStreamIsForTheNext() throws {
        var play = Scenario.Play(
            try Scenario(
                parsing: """
                    assist-event update {"n":1} times 1
                    assist-event drop times 1
                    assist-event update {"n":2} times 1
                    assist-event close 1011
                    assist-event update {"n":3}
                    """))
        let streams = (1...2).map { _ in play.streaming().compactMap(\.steps.first?.action) }
        #expect(streams.map(\.last) == [.drop, .close(1011)])
        #expect(streams.map(\.count) == [2, 2])
        #expect(play.streaming().map(\.steps.first?.action) == [.close(1011)])
    }

    @Test func aRuleForAnyTextCoversEachOne() throws {
        var play = Scenario.Play(try Scenario(parsing: "dialog \"Hello there\" say A\ndialog any say B"))
        #expect(play.first(for: .dialog("Hello there"))?.steps.first?.action == .say("A"))
        #expect(play.first(for: .dialog("Hello"))?.steps.first?.action == .say("B"))
        #expect(play.first(for: .stt) == nil)
    }

    @Test func aRuleForAnyFileCoversEachOne() throws {
        var play = Scenario.Play(try Scenario(parsing: "audio menu drop\naudio any stall"))
        #expect(play.first(for: .audio("menu"))?.steps.first?.action == .drop)
        #expect(play.first(for: .audio("other"))?.steps.first?.action == .stall)
        #expect(play.first(for: .tts) == nil)
    }
}
