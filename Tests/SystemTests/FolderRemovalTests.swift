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
}
