import Audio
import Cognigy
import HTTP
import State
import System
import Transport

/// A sound that is written, and may be played, while it is still arriving.
extension PromptJob {
    /// A sound with an address that arrives for longer than this is played meanwhile. A shorter one may still be asked for
    /// again, or its text be spoken, if it ends badly.
    private static let shortWait = Duration.milliseconds(250)
    /// How many bytes of the memory of all calls there must be for a sound of which nobody knows how long it is.
    private static let usualSize = 2 << 20

    /// When what is arriving wants to be looked at again.
    var arrivalDeadline: Duration? {
        if let growing { return growing.deadline(waits: !isAnnounced) }
        guard mayGrow, isPlayable, let arrivesSince else { return nil }
        return source == .audio ? arrivesSince + Self.shortWait : arrivesSince
    }

    func isGrowing(_ path: String) -> Bool { growing != nil && file?.path == path }

    /// Asterisk plays the file now, from this sample on.
    func began(at sample: Int, now: Duration) { growing?.began(at: sample, now: now) }

    /// Asterisk does not play it any more.
    func stopped() { growing?.stopped() }

    func arriveByHTTP(_ request: Int, _ now: Duration, _ client: HTTPClient, _ folder: inout CallFolder) {
        let before = arriving?.length ?? .zero
        arrive(client.arrived(request), now, client, &folder)
        // A source as fast as its sound is heard is not cut off.
        if let length = arriving?.length, length > before { client.extend(request, by: length - before) }
    }

    /// These bytes of the answer have come, and more may follow.
    func arrive(_ bytes: [UInt8], _ now: Duration, _ client: HTTPClient, _ folder: inout CallFolder) {
        if growing == nil {
            early += bytes
            if early.isEmpty { return }
            if arrivesSince == nil { arrivesSince = now }
            guard let arrivalDeadline, now >= arrivalDeadline else { return }
            beginGrowing()
            if !append(early, now, client, &folder) { return }
            early = []
        } else if !bytes.isEmpty, !append(bytes, now, client, &folder) {
            return
        }
        guard let silence = growing?.filling(now: now), !silence.isEmpty else { return }
        do throws(CallFolder.Failure) { try write(silence[...], of: Self.usualSize, &folder) } catch {
            cannotAppend(error, client, &folder)
        }
    }

    func beginGrowing() {
        growing = GrowingSound(format)
        arriving = ArrivingSound(as: format, from: stream?.rate ?? SynthesisStream.usualRate)
    }

    /// Whether what is here says how the samples behind it are to be read.
    private var isPlayable: Bool { source == .voiceService || source == .voiceSocket || WAV.hasReadableHead(early) }

    /// The answer is over. What broke off before anything of it was played is asked for again, as if nothing had come.
    func complete(
        _ result: Result<Response, Failure>, _ now: Duration, _ client: HTTPClient, _ folder: inout CallFolder
    ) {
        var rest: [UInt8] = []
        switch result {
        case .success(let response): rest = response.body
        case .failure where !isAnnounced:
            begin(again: &folder)
            return judge(result, client)
        case .failure(let failure):
            log(.warning, "\(source == .audio ? "audio" : "voice"): \(failure); what came of it is heard")
            spoken = nil
        }
        endArrival(with: rest, isWhole: spoken != nil, now, client, &folder)
    }

    /// Takes the last bytes. Only what is whole is kept for other calls.
    func endArrival(
        with rest: [UInt8], isWhole: Bool, _ now: Duration, _ client: HTTPClient, _ folder: inout CallFolder
    ) {
        if !isWhole { spoken = nil }
        guard append(rest, now, client, &folder, isLast: true) else { return }
        keepForOthers()
        conclude()
    }

    func begin(again folder: inout CallFolder) {
        forgetFile(&folder)
        arriving = nil
        (growing, early, spoken, silent) = (nil, [], [], nil)
    }

    private func conclude() {
        let size = growing?.bytes ?? 0
        arriving = nil
        growing = nil
        finish(size)
    }

    /// Once it can be played, says so.
    func announcement(_ now: Duration) -> Outcome? {
        guard !isAnnounced, let file, growing?.mayBegin(now: now) == true else { return nil }
        isAnnounced = true
        return .growing(file.path)
    }

    /// Converts and writes. False where that was not possible, and something else was begun.
    private func append(
        _ bytes: [UInt8], _ now: Duration, _ client: HTTPClient, _ folder: inout CallFolder, isLast: Bool = false
    ) -> Bool {
        do throws(AudioRefusal) {
            var samples = try arriving?.take(bytes) ?? []
            if isLast { samples += try arriving?.finish() ?? [] }
            if source != .audio { remember(samples) }
            var frames = growing?.take(samples, now: now) ?? []
            if isLast { frames += growing?.finish(now: now) ?? [] }
            if frames.isEmpty { return true }
            do throws(CallFolder.Failure) {
                try write(frames[...], of: Self.usualSize, &folder)
                return true
            } catch {
                cannotAppend(error, client, &folder)
            }
        } catch {
            giveUp("\(error)", client, &folder)
        }
        return false
    }

    /// What is being played ends where it is; of what is not, its text or its number may still be heard.
    private func giveUp(_ why: String, _ client: HTTPClient, _ folder: inout CallFolder) {
        stopSource(client)
        if isAnnounced {
            log(.warning, "a prompt ends before its end: \(why)")
            return conclude()
        }
        begin(again: &folder)
        speakInstead(why, client)
    }

    /// The same where the file cannot be written. Elsewhere there may be room: then the sound is asked for again.
    private func cannotAppend(_ failure: CallFolder.Failure, _ client: HTTPClient, _ folder: inout CallFolder) {
        if isAnnounced { return giveUp("\(failure)", client, &folder) }
        let mayMove = file != nil && !isSpilled
        stopSource(client)
        begin(again: &folder)
        if mayMove {
            isSpilled = true
            return askAgain(client)
        }
        log(.error, "a prompt could not be written: \(failure)")
        lose(.disk, "\(failure)")
        sayNumber()
    }

    private func stopSource(_ client: HTTPClient) {
        if case .asking(let request) = stage { client.cancel(request) }
        filter = nil
        endStream()
    }

    func askAgain(_ client: HTTPClient) {
        let text = message.text ?? ""
        switch source {
        case .audio, .voiceService: ask(client)
        case .voiceSocket: if case .socket(let address) = speech.voice { listen(to: address, text) }
        case .voiceCommand:
            if case .command(let command) = speech.voice { run(command, input: Array(text.utf8), client) }
        }
    }
}
