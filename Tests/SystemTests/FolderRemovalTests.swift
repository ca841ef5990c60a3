import Glibc
import System
import Testbed
import Testing

@Suite struct FolderRemovalTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["a", "a/b"] { mkdir(folder.path(name), 0o700) }
        for name in ["a/1", "a/2", "a/b/3"] { try folder.write("x", to: name) }
        try folder.write("x", to: "precious")
        symlink(folder.path("precious"), folder.path("a/link"))
    }

    private func remove(last: String? = nil, left: inout Int) throws -> Bool {
        let parent = try FileDescriptor.open(folder.path, O_RDONLY | O_DIRECTORY)
        return FolderRemoval.remove("a", in: parent.raw, last: last, left: &left)
    }

    @Test func everythingInItGoesAndLinksAreNotFollowed() throws {
        var left = 100
        #expect(try remove(left: &left))
        #expect(left == 94)
        #expect(try folder.names() == ["precious"])
        #expect(try remove(left: &left))
    }

    @Test(arguments: [3, 4]) func whereTheShareIsUsedUpTheLastFileStays(_ share: Int) throws {
        var left = share
        while try !remove(last: "2", left: &left) {
            #expect(try folder.text("a/2") == "x")
            left = share
        }
        #expect(try folder.names() == ["precious"])
    }

    /// In a process of its own, because the limit is the whole process's.
    @Test func aFolderThatCannotBeListedKeepsItsLastFile() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            mkdir(folder.path("a"), 0o700)
            for name in ["a/1", "a/last"] { try folder.write("x", to: name) }
            let parent = try FileDescriptor.open(folder.path, O_RDONLY | O_DIRECTORY)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = rlim_t(parent.raw) + 64
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            var taken: [CInt] = []
            while true {
                let descriptor = dup(parent.raw)
                if descriptor < 0 { break }
                taken.append(descriptor)
            }
            // For the folder, and nothing is left to list it with.
            try #require(!taken.isEmpty)
            close(taken.removeLast())
            var left = 100
            let isGone = FolderRemoval.remove("a", in: parent.raw, last: "last", left: &left)
            for descriptor in taken { close(descriptor) }
            #expect(!isGone)
            #expect(try FolderListing.names(folder.path("a")) == ["1", "last"])
        }
    }
}
