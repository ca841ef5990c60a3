import Cognigy
import State
import System
import Transport

/// A voice on a WebSocket.
extension PromptJob {
    /// Until the first of its sound.
    static let streamTimeout = Duration.seconds(8)
    /// A voice does not say that it has spoken. It has if nothing comes for so long, and what came is heard.
    private static let quiet = Duration.milliseconds(800)
    /// The same where nobody listens yet.
    private static let longQuiet = Duration.seconds(2)

    func listen(to address: SynthesisStream.Address, _ text: String) {
        source = .voiceSocket
        (early, arrivesSince, lastSound) = ([], nil, nil)
        stream = speech.connect(address, wasStartedAgain)
        stream?.speak(text, MonotonicClock.now())
        stage = .streaming
    }

    func endStream() {
        stream?.end()
        stream = nil
    }

    /// When the stream wants to be looked at again.
    var streamDeadline: Duration? {
        if stream?.hasMore == true || stream?.isUsable == false { return .zero }
        return [isHeardAt ?? giveUpAt, arrivalDeadline, stream?.deadline].compactMap(\.self).min()
    }

    /// When all that has come will have been heard, if no more comes.
    private var isHeardAt: Duration? {
        guard let lastSound else { return nil }
        guard isAnnounced, let end = growing?.deadline(waits: false) else { return lastSound + Self.longQuiet }
        return max(lastSound + Self.quiet, end)
    }

    func serveStream(_ now: Duration, _ client: HTTPClient, _ folder: inout CallFolder) {
        guard let stream else { return }
        stream.wake(now)
        let bytes = stream.arrived()
        if !bytes.isEmpty { lastSound = now }
        if let fault = stream.fault { return streamFailed(fault, bytes, now, client, &folder) }
        guard let lastSound else {
            let isLate = now >= giveUpAt
            if isLate || stream.isOver {
                let fault = SynthesisSocket.Fault(why: isLate ? "it said nothing in time" : "it said nothing")
                streamFailed(fault, [], now, client, &folder)
            }
            return
        }
        guard stream.isOver || isHeardAt.map({ now >= $0 }) == true else { return arrive(bytes, now, client, &folder) }
        if growing == nil { beginGrowing() }
        if stream.isOver || now >= lastSound + Self.longQuiet {
            endStream()
        } else {
            // Nobody knows yet whether that was all. The caller does not wait for it.
            silent = SilentVoice(stream, until: lastSound + Self.longQuiet)
            self.stream = nil
        }
        endArrival(with: early + bytes, isWhole: true, now, client, &folder)
    }

    /// What was not heard yet is asked for once more, on a connection of its own.
    private func streamFailed(
        _ fault: SynthesisSocket.Fault, _ rest: [UInt8], _ now: Duration, _ client: HTTPClient,
        _ folder: inout CallFolder
    ) {
        endStream()
        let why = fault.line(isSensitive: message.isSensitive)
        if isAnnounced {
            log(.warning, "voice: \(why); what came of it is heard")
            return endArrival(with: rest, isWhole: false, now, client, &folder)
        }
        begin(again: &folder)
        if !wasStartedAgain, !fault.isRefusal, now < giveUpAt {
            log(.notice, "voice: \(why); it is asked again")
            wasStartedAgain = true
            return askAgain(client)
        }
        isUnknown = fault.isRefusal
        speakInstead(why, client)
    }
}
