import Glibc
import System

/// A silent sound file that all calls share. Asterisk plays it while there is nothing else to hear.
public enum Silence {
    /// In seconds, longer than any caller waits without pressing a key.
    static let length = 30 * 60

    /// Returns its path without the extension, as STREAM FILE takes it, for a channel of 8,000 or 16,000 samples a second.
    /// It can be played from `offset` samples on. The file is made where it is missing or broken, once for all calls. nil
    /// where the file system has no room for it; its zeros take no room where files may have holes.
    public static func path(in folder: StateFolder, rate: Int, from offset: Int) -> String? {
        guard let (name, ending) = name(rate) else { return nil }
        let path = folder.path(name)
        let file = "\(path).\(ending)"
        let size = (offset + length * rate) * 2
        if isWhole(file, size) { return path }
        do throws(Errno) {
            try folder.healing { () throws(Errno) in try AtomicFile.writeZeros(size, to: file) }
            if isWhole(file, size) { return path }
            unlink(file)
            return nil
        } catch { return nil }
    }

    /// Each rate has a name of its own, because Asterisk opens only the file of the best format of a name (main/file.c).
    private static func name(_ rate: Int) -> (String, String)? {
        switch rate {
        case 8000: ("silence", "sln")
        case 16_000: ("silence16", "sln16")
        default: nil
        }
    }

    /// How many bytes it may take on the disk beside its holes.
    private static let mostRoom = 1 << 20

    private static func isWhole(_ file: String, _ size: Int) -> Bool {
        var status = stat()
        return lstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_uid == geteuid()
            && Int(status.st_size) == size && Int(status.st_blocks) * 512 <= mostRoom
    }
}
