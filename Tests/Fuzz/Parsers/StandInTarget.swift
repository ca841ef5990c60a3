import Bridge
import JSON

@testable import StandIn

extension Target {
    /// A scenario, and the same text behind itself: it is read or refused with the number of a line that is there.
    static let scenario = Target(name: "standin-scenario") { bytes in
        let text = String(bytes)
        do throws(Scenario.Mistake) {
            var scenario = try Scenario(parsing: text)
            try scenario.add(text)
        } catch {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
            demand((1...lines).contains(error.line), "a mistake is in a line that is there")
            demand(!"\(error)".isEmpty, "a mistake has words")
        }
    }

    /// Requests to the stand-in. The first bytes are cuts: requests are the same however they are cut.
    static let requestParser = Target(name: "standin-request") { bytes in
        var draw = Draw(bytes)
        let cuts = draw.bytes()
        let rest = draw.remainder()
        let whole = requests([rest])
        demand(whole == requests(rest.pieces(cuts)), "requests are the same however they are cut")
        for request in whole {
            demand(!request.method.isEmpty && request.target.hasPrefix("/"), "a request has a method and a path")
            demand(request.headers.count <= RequestParser.mostHeaders, "headers are few")
            _ = request.word(in: "/api/v1/session/*")
            if let type = request["content-type"], let boundary = Form.boundary(in: type) {
                _ = Form(request.body, boundary: boundary)
            }
            _ = URLForm.fields(request.body)
        }
    }

    private static func requests(_ pieces: [[UInt8]]) -> [StandIn.Request] {
        var parser = RequestParser()
        var requests: [StandIn.Request] = []
        for piece in pieces {
            parser.receive(piece)
            do throws(RequestParser.Refusal) {
                while let request = try parser.next() { requests.append(request) }
            } catch { return requests }
        }
        return requests
    }

    /// A trace: it is run again or refused in a sentence, and comes to the same when it is run once more.
    static let trace = Target(name: "trace") { bytes in
        let text = String(bytes)
        if text.contains("_file") { return }
        do throws(Replay.Refusal) {
            let outcome = try Replay.run(text)
            demand(outcome == (try? Replay.run(text)), "a trace always comes to the same")
        } catch { demand(!error.description.isEmpty, "a refusal has words") }
    }
}
