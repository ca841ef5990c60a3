import Cognigy
import HTTP
import Testing

@Suite struct RetryWordsTests {
    @Test(
        arguments: [
            (.unauthorized, "unauthorized", "HTTP 401"), (.forbidden, "forbidden", "HTTP 403"),
            (.rateLimited, "rate_limited", "HTTP 429"), (.failed(status: 503), "http_503", "HTTP 503"),
            (.unreachable(.timedOut("h: no answer")), "unreachable", "h: no answer"),
        ] as [(Retry.Reason, String, String)])
    func everyReasonHasAWordAndADescription(reason: Retry.Reason, word: String, description: String) {
        #expect(reason.word == word)
        #expect("\(reason)" == description)
    }
}
