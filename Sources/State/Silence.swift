import Glibc
import System

/// A sound of nothing that all calls share: what Asterisk plays while there is nothing to hear.
package enum Silence {
    /// In seconds: longer than anybody waits without a key.
    static let length = 30 * 60

    /// Its path without the extension, as STREAM FILE takes it, for a channel of 8,000 or 16,000 samples a second. Makes
    /// it where it is missing or broken; that is one write for all calls. It can be played from `offset` samples on. nil
    /// where the file system has no room for it: its zeros take none where files may have holes.
    package static func path(in folder: StateFolder, rate: Int, from offset: Int) -> String? {
        guard let (name, ending) = names[rate] else { return nil }
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

    /// Asterisk opens only the files of the one best format of a name (main/file.c): each has a name of its own.
    private static let names = [8000: ("silence", "sln"), 16_000: ("silence16", "sln16")]

    /// What it may take on the disk, beside its holes.
    private static let mostRoom = 1 << 20

    private static func isWhole(_ file: String, _ size: Int) -> Bool {
        var status = stat()
        return lstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_uid == geteuid()
            && Int(status.st_size) == size && Int(status.st_blocks) * 512 <= mostRoom
    }
}
