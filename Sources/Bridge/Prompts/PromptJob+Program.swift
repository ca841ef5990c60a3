import Audio
import Call
import State
import System
import Transport

/// A sound that a program writes: a voice, which is played while it speaks, or a decoder.
extension PromptJob {
    /// How long a program may take to speak or to decode. A voice that is heard meanwhile has as much more as it has spoken.
    static let programTimeout = Duration.seconds(10)
    /// How long a voice has at least whose words take the place of a sound that a decoder could not read.
    static let afterDecoder = Duration.seconds(3)
    /// In seconds; the conversion would refuse more.
    private static let longestDecoded = 10 * 60
    /// A voice that fell silent at once is started again where it has so much time left.
    private static let leastTime = Duration.seconds(1)
    /// CPU limits. A voice may use many cores; a decoder reads what strangers wrote, so it gets less.
    private static let voiceLimits = Subprocess.Limits(cpuSeconds: 60)
    private static let decoderLimits = Subprocess.Limits(cpuSeconds: 20, memory: 1 << 30)

    /// What we cannot read goes through ffmpeg, where there is one.
    func decode(_ bytes: [UInt8], _ client: HTTPClient) {
        isDecoded = true
        run(
            [
                "ffmpeg", "-v", "error", "-nostdin", "-protocol_whitelist", "pipe", "-i", "pipe:0",
                "-t", "\(Self.longestDecoded)", "-f", "wav", "-ac", "1", "-ar", "\(format.rate)",
                "-c:a", "pcm_s16le", "pipe:1",
            ],
            input: bytes, client)
    }

    func run(_ command: [String], input: [UInt8], _ client: HTTPClient) {
        program = command[0]
        (early, arrivesSince) = ([], nil)
        let end = programsEnd ?? MonotonicClock.now() + (isDecoded ? Self.programTimeout : speech.patience)
        programsEnd = end
        do {
            filter = try Filter(
                command, input: input, limit: 32 << 20, deadline: end,
                using: isDecoded ? Self.decoderLimits : Self.voiceLimits)
            stage = .filtering
        } catch {
            speakInstead("\(program): \(error)", client)
        }
    }

    func serveProgram(_ now: Duration, _ client: HTTPClient, _ folder: inout CallFolder) {
        do throws(Filter.Failure) {
            let rest = try filter?.step(now)
            if let rest {
                filter = nil
                if growing == nil { return take(early + rest, client) }
                return endArrival(with: rest, isWhole: true, now, client, &folder)
            }
            if isDecoded { return }
            let before = arriving?.length ?? .zero
            arrive(filter?.arrived() ?? [], now, client, &folder)
            // A voice that speaks as fast as it is heard is not cut off.
            if let length = arriving?.length { filter?.extend(by: length - before) }
        } catch {
            programFailed(error, now, client, &folder)
        }
    }

    private func programFailed(
        _ failure: Filter.Failure, _ now: Duration, _ client: HTTPClient, _ folder: inout CallFolder
    ) {
        let rest = filter?.arrived() ?? []
        filter = nil
        hasHung = hasHung || failure == .timedOut && !isDecoded
        let why = "\(program): \(failure)"
        if isAnnounced {
            log(.warning, "voice: \(why); what came of it is heard")
            return endArrival(with: rest, isWhole: false, now, client, &folder)
        }
        begin(again: &folder)
        if mayStartAgain(failure, now) {
            log(.notice, "voice: \(why); it is started again")
            wasStartedAgain = true
            return askAgain(client)
        }
        isUnknown = failure != .timedOut
        speakInstead(why, client)
    }

    /// A voice that the flow has chosen and that does not begin is one that is not there.
    private func mayStartAgain(_ failure: Filter.Failure, _ now: Duration) -> Bool {
        guard case .ended = failure, source == .voiceCommand, !isDecoded, !wasStartedAgain, speech.wish == nil else {
            return false
        }
        return programsEnd.map { $0 - now >= Self.leastTime } ?? false
    }
}
