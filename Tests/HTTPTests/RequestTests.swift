import HTTP
import Testing

@Suite struct RequestTests {
    @Test func aRequestIsBoundedWithoutBeingAsked() throws {
        let request = Request(.get, try #require(Location("https://h/")))
        #expect(request.timeout == .seconds(10))
        #expect(request.limit == 1_048_576)
        #expect(request.headers == [])
        #expect(request.body == nil)
        #expect(!request.publicAddressesOnly)
    }

    @Test func theUsualHeadersAreSpelledOnce() {
        #expect(Header.json == Header("Content-Type", "application/json"))
        #expect(Header.bearer("T") == Header("Authorization", "Bearer T"))
    }
}
