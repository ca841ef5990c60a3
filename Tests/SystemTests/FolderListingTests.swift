import Glibc
import System
import Testbed
import Testing

@Suite struct FolderListingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for number in 0..<100 { try folder.write("", to: ".\(number)") }
    }

    @Test func aSampleIsLeftToChanceAndNoNameComesTwice() throws {
        let all = Set(try folder.names())
        #expect(all.count == 100)
        var seen: Set<String> = []
        for _ in 0..<200 {
            let sample = try FolderListing.sample(folder.path, count: 10)
            #expect(sample.count == 10 && Set(sample).count == 10)
            seen.formUnion(sample)
        }
        // That one of them never came is less likely than 1 in 10,000,000.
        #expect(seen == all)
    }

    @Test func aSampleOfFewIsAllAndOneOfManyEnds() throws {
        #expect(Set(try FolderListing.sample(folder.path, count: 1000)) == Set(try folder.names()))
        #expect(try FolderListing.sample(folder.path, count: 1000, of: 7).count == 7)
    }
}
