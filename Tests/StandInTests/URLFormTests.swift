import Testing

@testable import StandIn

@Suite struct URLFormTests {
    private func fields(_ text: String) -> [String: String]? { URLForm.fields(Array(text.utf8)) }

    @Test func escapesAreRead() {
        #expect(fields("a+b=%C3%A9%26&c=AZaz09*-._&d=") == ["a b": "é&", "c": "AZaz09*-._", "d": ""])
    }

    @Test(arguments: [
        "", "a", "a=b=c", "a=1&", "&a=1", "a=1&a=2", "a=b c", "a=é", "a=%", "a=%4", "a=%4x", "a=%FF", "a=%+4", "a=b:c",
        "a=~", "{\"a\":1}",
    ])
    func whatIsNoFormIsNone(text: String) {
        #expect(fields(text) == nil)
    }
}
