import Cognigy
import JSON
import Testing

@testable import Bridge

@Suite struct ErrorBodyTests {
    @Test(
        arguments: [
            (.unauthorized, "Authentication failed"), (.forbidden, "Insufficient permissions"),
            (.rateLimited, "API error 429"), (.failed(status: 503), "API error 503"),
            (.unreachable(.untrusted("secret detail")), "Network failure"), (nil, "Network failure"),
        ] as [(Retry.Reason?, String)])
    func whatTheServiceRefusesIsSaidInTheWordsOfTheContract(reason: Retry.Reason?, text: String) {
        #expect(ErrorBody.json(reason) == ["error": .string(text)])
    }
}
