import CGI
import Testing

@Suite struct SignatureTests {
    // The vector that the libraries of Standard Webhooks are tested with.
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    static let time = 1_614_265_330.0
    static let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    static let other = "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    let body = Array(#"{"test": 2432232314}"#.utf8)

    private func verdict(
        secret: String = secret, id: String? = id, timestamp: String? = "1614265330", signature: String? = good,
        body: [UInt8]? = nil, now: Double = time
    ) throws -> Signature.Verdict {
        var environment = ["GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST"]
        environment["HTTP_WEBHOOK_ID"] = id
        environment["HTTP_WEBHOOK_TIMESTAMP"] = timestamp
        environment["HTTP_WEBHOOK_SIGNATURE"] = signature
        let request = try #require(Request(environment: environment))
        return try #require(Signature(secret: secret)).verdict(on: request, body: body ?? self.body, now: now)
    }

    @Test func theVectorOfTheSpecificationIsGood() throws {
        #expect(try verdict() == .good(id: Self.id))
    }

    // The bytes of these come from openssl dgst -sha256 -hmac.
    @Test(arguments: [
        ("plain text as a secret", "v1,GmD3g5hN1XPJNUp8+ofHgLBGLyacGwjrJoNyfrSNre0="),
        ("é", "v1,Xacn1uS5U2VVxR1HbsBlTnEe2vlm/tudvjN1WAToLVk="),
    ])
    func aSecretMayBePlainText(secret: String, signature: String) throws {
        #expect(try verdict(secret: secret, signature: signature) == .good(id: Self.id))
    }

    @Test(arguments: [
        "", "whsec_", "whsec_!", "whsec_QQ", "whsec_QQ=", "whsec_Q Q=", "whsec_ QUE=", "whsec_QR==", "whsec_====",
    ])
    func aSecretThatTellsNobodyApartIsNone(secret: String) {
        #expect(Signature(secret: secret) == nil)
    }

    @Test(arguments: [
        "\(other) \(good)", "\(good) \(other)", "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw== \(good)", "v2,x v1, \(good)",
        "  \(good)  ", "v1 , \(good)",
    ])
    func oneGoodSignatureAmongSeveralIsEnough(list: String) throws {
        #expect(try verdict(signature: list) == .good(id: Self.id))
    }

    @Test(arguments: [
        other, "v1,", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE",
        "v1,G0HM9SSE+OTPJTGT/TMIKTSYZLE3UFJELVLNIOLJ1OE=",
        "\(good)=", "\(good),", "\(good)\u{0}", "v1,v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        // The same bytes with bits that no decoder looks at.
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=",
    ])
    func anotherSignatureIsWrong(signature: String) throws {
        #expect(try verdict(signature: signature) == .wrong)
    }

    @Test func whatIsSignedIsEveryByteOfBodyIdAndTime() throws {
        #expect(try verdict(body: Array(#"{"test":2432232314}"#.utf8)) == .wrong)
        #expect(try verdict(body: body + [0x0A]) == .wrong)
        #expect(try verdict(body: []) == .wrong)
        #expect(try verdict(id: "msg_p5jXN8AQM9LWM0D4loKWxJel") == .wrong)
        #expect(try verdict(timestamp: "1614265331") == .wrong)
        #expect(try verdict(timestamp: "01614265330") == .wrong)
        #expect(try verdict(secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == .wrong)
    }

    @Test func eachOfTheThreeHeadersIsNeeded() throws {
        #expect(try verdict(id: nil) == .missing)
        #expect(try verdict(timestamp: nil) == .missing)
        #expect(try verdict(signature: nil) == .missing)
        #expect(try verdict(signature: "") == .missing)
    }

    @Test(arguments: [
        "a.b", ".", "a b", "a\nb", "é", String(repeating: "x", count: 257),
    ])
    func anIdThatIsNoneIsMalformed(id: String) throws {
        #expect(try verdict(id: id) == .malformed)
    }

    @Test(arguments: [
        "-1614265330", "+1614265330", "1614265330.0", " 1614265330", "1e9", "soon", "٣", "99999999999999999999999",
    ])
    func aTimeThatIsNoneIsMalformed(timestamp: String) throws {
        #expect(try verdict(timestamp: timestamp) == .malformed)
    }

    @Test(arguments: [" ", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1a,x", "V1,x", "v1", ","])
    func aListWithoutASignatureThatWeKnowIsMalformed(signature: String) throws {
        #expect(try verdict(signature: signature) == .malformed)
    }

    @Test func fiveMinutesOfDifferenceAreAllowedBothWays() throws {
        for now in [Self.time - 300, Self.time + 300] { #expect(try verdict(now: now) == .good(id: Self.id)) }
        for now in [Self.time - 300.5, Self.time + 300.5, 0] { #expect(try verdict(now: now) == .old) }
        #expect(try verdict(timestamp: "0") == .old)
        #expect(try verdict(timestamp: "9223372036854775807") == .old)
    }

    @Test func aWebhookWithoutABodyIsSignedToo() throws {
        #expect(
            try verdict(signature: "v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A=", body: []) == .good(id: Self.id))
    }

    @Test func theSecretIsNotShown() throws {
        #expect("\(try #require(Signature(secret: "whsec_QUE=")))" == "<secret>")
    }
}
