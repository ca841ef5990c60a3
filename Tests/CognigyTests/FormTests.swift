import Testing

@testable import Cognigy

@Suite struct FormTests {
    @Test func whatAFormMayNotHoldIsEscaped() {
        let body = Form.encoded([("a b", "é&=+%/:"), ("plain", "AZaz09*-._"), ("", "\u{1}\n~")])
        #expect(String(decoding: body, as: UTF8.self) == "a+b=%C3%A9%26%3D%2B%25%2F%3A&plain=AZaz09*-._&=%01%0A%7E")
    }

    @Test func noFieldsAreNoBytes() {
        #expect(Form.encoded([]).isEmpty)
    }
}
