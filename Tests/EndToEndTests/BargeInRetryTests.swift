import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// `cognigy-bridge barge-in --retry`: what webhooks could not deliver.
@Suite struct BargeInRetryTests {
    /// A machine on which webhooks of these sessions could not be delivered: the service refused `step` of each once.
    private func pbx(_ sessions: [String] = ["c", "a", "b"], refusing step: String = "stop", _ more: String = "") throws
        -> PBX
    {
        let known = sessions.map { "handoff-session \($0)\n" }.joined()
        let pbx = try PBX("\(known)\(step) status 403 times \(sessions.count)\n\(more)")
        for session in sessions { #expect(try pbx.webhook(WebProgram.interruption(session)).status == 502) }
        #expect(try pbx.deadLetters().count == sessions.count)
        return pbx
    }

    private func retry(_ pbx: PBX) throws -> Outcome {
        try Outcome(of: [Binary.path, "barge-in", "--retry"], environment: pbx.environment)
    }

    /// What was told after the webhooks had their answers.
    private func retold(_ pbx: PBX, after count: Int) -> [String] { Array(pbx.told().dropFirst(count)) }

    @Test func theOldestIsToldFirst() throws {
        let pbx = try pbx()
        let outcome = try retry(pbx)
        #expect(outcome.status == .code(0))
        #expect(outcome.output == "delivered 3, refused 0, too old 0, left 0\n")
        #expect(outcome.errors == "")
        #expect(retold(pbx, after: 3) == ["stop c", "reset c", "stop a", "reset a", "stop b", "reset b"])
        #expect(try pbx.deadLetters() == [])
        let reset = try #require(pbx.service.entries().last { $0.event == .reset })
        #expect(reset["variables"]?["cx.interrupt_confidence"] == 0.89)
        #expect(pbx.service.count(.login) == 1)
        #expect(pbx.service.violations == [])
    }

    @Test func withoutALetterThereIsNothingToDo() throws {
        let pbx = try PBX()
        let outcome = try retry(pbx)
        #expect(outcome.status == .code(0))
        #expect(outcome.output == "delivered 0, refused 0, too old 0, left 0\n")
        #expect(pbx.service.entries().map(\.event) == [.listening])
    }

    /// What the service took of it already is not told again.
    @Test func ofHalfALetterTheRestIsTold() throws {
        let pbx = try pbx(refusing: "reset")
        #expect(try retry(pbx).status == .code(0))
        #expect(retold(pbx, after: 6) == ["reset c", "reset a", "reset b"])
    }

    @Test func aLetterThatIsHalfToldKeepsItsOtherHalf() throws {
        let pbx = try pbx(["a", "b"], refusing: "stop", "reset status 403 times 1")
        let outcome = try retry(pbx)
        #expect(outcome.status == .code(1))
        #expect(outcome.output == "delivered 0, refused 0, too old 0, left 2\n")
        #expect(try pbx.deadLetters().map { try JSON(parsing: $0.utf8)["steps"] } == [["reset"], ["stop", "reset"]])
        #expect(try retry(pbx).status == .code(0))
        #expect(retold(pbx, after: 2) == ["stop a", "reset a", "reset a", "stop b", "reset b"])
    }

    @Test func twoAtOnceTellEachOnce() throws {
        let pbx = try pbx(refusing: "stop", "stop delay 1000 ok")
        var first = try Subprocess([Binary.path, "barge-in", "--retry"], environment: variables(pbx))
        try pbx.service.wait { $0.event == .stop && $0["status"] == 200 }
        let second = try retry(pbx)
        #expect(second.status == .code(0))
        #expect(second.output == "another process is at it\n")
        #expect(first.wait() == .code(0))
        #expect(retold(pbx, after: 3) == ["stop c", "reset c", "stop a", "reset a", "stop b", "reset b"])
    }

    @Test func fromAServiceThatIsStillAwayNothingIsLost() throws {
        let pbx = try pbx()
        let before = try pbx.deadLetters()
        pbx.service.kill()
        let outcome = try retry(pbx)
        #expect(outcome.status == .code(1))
        #expect(outcome.output == "delivered 0, refused 0, too old 0, left 3\n")
        #expect(outcome.errors.contains("the service was not told of all: the service cannot be reached"))
        #expect(try pbx.deadLetters() == before)
    }

    /// Its call is over: nobody will ever be told.
    @Test func aSessionThatIsGoneHoldsNobodyUp() throws {
        let pbx = try pbx(["a", "b"], refusing: "stop", "stop status 404 times 1")
        let outcome = try retry(pbx)
        #expect(outcome.status == .code(0))
        #expect(outcome.output == "delivered 1, refused 1, too old 0, left 0\n")
        #expect(retold(pbx, after: 2) == ["stop a", "stop b", "reset b"])
    }

    /// The platform answers 500 for a session whose connector is gone, for ever.
    @Test func aSessionThatFailsHoldsNobodyUp() throws {
        let pbx = try pbx(["a", "b", "c"], refusing: "stop", "stop status 500 times 2")
        let outcome = try retry(pbx)
        #expect(outcome.status == .code(1))
        #expect(outcome.output == "delivered 2, refused 0, too old 0, left 1\n")
        #expect(outcome.errors == "cognigy-bridge: barge-in: the service was not told of all: HTTP 500\n")
        #expect(retold(pbx, after: 3) == ["stop a", "stop a", "stop b", "reset b", "stop c", "reset c"])
        #expect(try pbx.deadLetters().map { try JSON(parsing: $0.utf8)["session_id"] } == ["a"])
    }

    @Test(arguments: [SIGTERM, SIGINT]) func whoIsToldToGoKeepsTheLetter(signal: CInt) throws {
        let pbx = try pbx(["a", "b"], refusing: "stop", "stop hang")
        let before = try pbx.deadLetters()
        var process = try Subprocess([Binary.path, "barge-in", "--retry"], environment: variables(pbx))
        try pbx.service.wait { $0.event == .stop && $0["status"] == "hang" }
        process.kill(signal)
        #expect(process.wait() == .code(1))
        #expect(try pbx.deadLetters() == before)
    }

    @Test func aLetterWhoseMessengerIsKilledComesAgain() throws {
        let pbx = try pbx(["a", "b"], refusing: "stop", "stop hang times 1")
        var process = try Subprocess([Binary.path, "barge-in", "--retry"], environment: variables(pbx))
        try pbx.service.wait { $0.event == .stop && $0["status"] == "hang" }
        process.kill(SIGKILL)
        process.wait()
        #expect(try retry(pbx).output == "delivered 2, refused 0, too old 0, left 0\n")
        #expect(retold(pbx, after: 2) == ["stop a", "stop a", "reset a", "stop b", "reset b"])
    }

    @Test(arguments: [[], ["--again"], ["--retry", "now"]]) func otherWordsAreExplained(words: [String]) throws {
        let outcome = try Outcome(of: [Binary.path, "barge-in"] + words, environment: try PBX().environment)
        #expect(outcome.status == .code(2))
        #expect(outcome.errors.contains("Usage: cognigy-bridge barge-in --retry"))
    }

    private func variables(_ pbx: PBX) -> [String] { pbx.environment.map { "\($0.key)=\($0.value)" } }
}
