import Testing

@testable import StandIn

@Suite struct TokensTests {
    private func judge(
        _ tokens: inout Tokens, _ token: String, to audience: Tokens.Audience = .call, host: String = "h",
        caller: String = "c", at time: Int = 0
    ) -> Tokens.Verdict {
        tokens.judge(token, for: audience, from: host, caller: caller, now: .seconds(time))
    }

    @Test func aTokenIsGoodWhereItWasIssuedUntilItExpires() {
        var tokens = Tokens()
        let token = tokens.issue(.call, to: "h", for: .seconds(10), now: .zero)
        #expect(token.hasPrefix(Tokens.prefix))
        #expect(judge(&tokens, token, at: 9) == .good)
        #expect(judge(&tokens, token, at: 10) == .breach("an expired token"))
        #expect(judge(&tokens, token, host: "other") != .good)
        #expect(judge(&tokens, token + "0") == .breach("a token that was never issued"))
    }

    @Test func aCallerMayUseARevokedTokenOnceUnlessItWasTold() {
        var tokens = Tokens()
        let token = tokens.issue(.call, to: "h", for: .seconds(10), now: .zero)
        tokens.revoke(token, toldTo: "first")
        #expect(judge(&tokens, token, caller: "second") == .refused)
        #expect(judge(&tokens, token, caller: "second") == .breach("a token that was answered 401 before"))
        #expect(judge(&tokens, token, caller: "first") == .breach("a token that was answered 401 before"))
    }

    @Test func aTokenOpensOnlyTheSystemWhoseLoginGaveIt() {
        var tokens = Tokens()
        let token = tokens.issue(.bargeIn, to: "h", for: .seconds(10), now: .zero)
        #expect(judge(&tokens, token, to: .bargeIn) == .good)
        #expect(judge(&tokens, token, to: .handoff) == .breach("a token of barge-in shown to handoff"))
        #expect(judge(&tokens, token) == .breach("a token of barge-in shown to call"))
    }
}
