import Testing

@testable import Configuration

@Suite struct SecretTests {
    @Test func nothingButRevealShowsASecret() throws {
        let settings = try Settings.parse(minimal.replacing("= secret", with: "= hunter2"), fileName: "f")
        #expect(settings.cognigy.clientSecret.reveal() == "hunter2")
        var dumped = ""
        dump(settings, to: &dumped)
        for text in [dumped, "\(settings)", String(reflecting: settings), String(describing: settings.cognigy)] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("<secret>"))
        }
    }
}
