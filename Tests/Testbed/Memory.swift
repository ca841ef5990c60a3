import System

/// The memory file system that calls use where there is one.
public enum Memory {
    public static let path = "/dev/shm"
    public static let isThere = FileSystem(of: path)?.isMemory == true
}
