import System

/// The memory file system that calls use where there is one.
package enum Memory {
    package static let path = "/dev/shm"
    package static let isThere = FileSystem(of: path)?.isMemory == true
}
