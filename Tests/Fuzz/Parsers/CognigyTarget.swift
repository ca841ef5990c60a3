import HTTP
import JSON
import Text

@testable import Cognigy

extension Target {
    /// The answer to one kind of request, which the first byte chooses. What may stand in a header or a path can stand there,
    /// a token lives a sensible time, numbers are numbers, and what a refusal says never holds a control character.
    static let replies = Target(name: "cognigy-replies") { bytes in
        var draw = Draw(bytes)
        let kind = draw.number(below: 13)
        let body = draw.remainder()
        do throws(ReplyRefusal) { try read(kind, body) } catch {
            demand(!"\(error)".unicodeScalars.contains(where: \.isControlOrLineBreak), "a refusal is one line")
        }
    }

    private static func read(_ kind: Int, _ body: [UInt8]) throws(ReplyRefusal) {
        switch kind {
        case 0:
            guard let grant = Token.grant(body) else { return }
            demand(grant.token.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a token can stand in a header")
            demand(grant.expiresIn > 0 && grant.expiresIn <= 86_400 * 30, "a token lives a sensible time")
        case 1:
            guard let id = Sessions.id(body) else { return }
            demand(SessionID.isUsable(id) && SessionID.segment(id) != "..", "an id can stand in a path")
            guard let base = Location("https://api.test/v"), let other = base.resolving("/") else { return }
            let path = VoiceSocket.path(base: base, sessionID: id)
            demand(path.hasPrefix("/v/api/v1/sessions/") && other.host == base.host, "an id is one step of a path")
            demand(path.split(separator: "/").count == 6, "an id is one step of a path: \(path)")
        case 2:
            let reply = try Dialogs.reply(body)
            demand(reply.texts.allSatisfy { $0.contains { !$0.isWhitespace } }, "a text says something")
            demand(reply.sessionData.map { $0.object != nil } ?? true, "data are an object")
        case 3:
            if case .error(let words) = try Endpoint.answer(body) {
                demand(words.count <= 200, "an error is short")
            }
        case 4: _ = try Bots.ids(body)
        case 5: _ = try Flows.ids(body)
        case 6: demand(SessionID.isUsable(try Handoff.session(body).id), "an id can stand in a path")
        case 7: _ = try Handoff.status(body)
        case 8: _ = try Handoff.flow(body)
        case 9:
            let words = Handoff.shown(body)
            demand(words.unicodeScalars.count <= 500, "an error is short")
            demand(!words.unicodeScalars.contains(where: \.isControlOrLineBreak), "an error is one line")
        case 10:
            let reply = try Assist.reply(body)
            demand(reply.suggestions.count <= Assist.mostSuggestions, "suggestions are few")
            for suggestion in reply.suggestions {
                demand((0...1).contains(suggestion.confidence), "a confidence is from 0 to 1")
                demand(suggestion.text.utf8.count <= 4 * Assist.Suggestion.longestText, "a suggestion is not endless")
                demand((try? JSON(parsing: suggestion.json.serialized)) == suggestion.json, "it is written as it was")
            }
        case 11:
            let heard = try Recognition.heard(body)
            demand(heard?.text.isEmpty != true, "nothing is no words")
        default:
            do throws(BargeIn.Refusal) {
                let webhook = try BargeIn(parsing: body)
                demand(SessionID.isUsable(webhook.sessionID), "an id can stand in a path")
                demand((0...1).contains(webhook.confidence), "a confidence is from 0 to 1")
            } catch { demand("\(error)".utf8.count < 2000, "a refusal is short") }
        }
    }

    /// Messages of the sockets, a line each: the voice socket, agent assist, a voice that speaks. A rate is one of voices,
    /// sound is whole, what cannot be used is told in one short line, and a message that means an end means one.
    static let sockets = Target(name: "cognigy-sockets") { bytes in
        for line in bytes.split(separator: UInt8(ascii: "\n")).prefix(30) {
            let text = String(Array(line))
            if case .response(let message) = VoiceSocket.incoming(text) {
                demand(message.text?.contains { !$0.isWhitespace } != false, "a text says something")
                demand(message.audioURL?.isEmpty != true, "an address is not empty")
                demand(message.isFinal == (message.end || message.transferTarget != nil), "an end is one")
            }
            if case .update(let update) = Assist.incoming(text) {
                demand((1...Assist.Update.longestID).contains(update.interactionID.utf8.count), "an id has a length")
                demand((try? JSON(parsing: update.question)) != nil, "a question is JSON")
            }
            switch SynthesisStream.incoming(text) {
            case .ready(let rate): demand((8000...48_000).contains(rate), "a rate is one of voices")
            case .samples(let samples): demand(samples.count <= 3 << 16, "a piece is not endless")
            case .failed(let words), .complains(let words):
                demand(words.utf8.count <= 200, "a complaint is short")
                demand(!words.unicodeScalars.contains(where: \.isControlOrLineBreak), "a complaint is one line")
            case .other: break
            }
        }
    }

    /// What a streaming recogniser of either protocol says, a line each. All words together have an end and are one line,
    /// news are told only when there are some, and what is settled stays.
    static let recognition = Target(name: "cognigy-recognition") { bytes in
        var draw = Draw(bytes)
        var stream = RecognitionStream(draw.bool() ? .websocket : .vosk)
        for line in draw.remainder().split(separator: UInt8(ascii: "\n")).prefix(60) {
            let before = stream
            let settled = before.isSettled ? before.words : ""
            switch stream.receive(String(Array(line))) {
            case .nothing: demand(stream.words == before.words, "without news nothing is new")
            case .words(let words): demand(words == stream.words && words != before.words, "news are new")
            case .failed(let words, _):
                demand(words.utf8.count <= 200, "an error is short")
                demand(!words.unicodeScalars.contains(where: \.isControlOrLineBreak), "an error is one line")
            case .unreadable(let refusal): demand(!"\(refusal)".isEmpty, "a refusal has words")
            }
            demand(stream.words.utf8.count <= RecognitionStream.longest, "words have an end")
            demand(!stream.words.unicodeScalars.contains(where: \.isControlOrLineBreak), "words are one line")
            demand(stream.words.utf8.starts(with: settled.utf8), "what is settled stays")
            demand(stream.finals >= before.finals, "results are counted")
            if let confidence = stream.heard?.confidence {
                demand((0...1).contains(confidence), "a confidence is from 0 to 1")
            }
        }
    }
}
