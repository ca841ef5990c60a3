import JSON

/// Messages for a screen, in `_cognigy._default`: what of them can be heard, and chosen by a key.
extension StepList {
    /// Says what stands for the message where the output has no words of its own. Quick replies are a menu in any case.
    mutating func addRichContent(in parts: [JSON], needsWords: Bool) {
        guard let content = parts.compactMap({ Body($0)["_default"] }).first(where: { $0.object != nil }) else {
            return
        }
        if needsWords { addWords(of: Body(content)) }
        let replies = Body(Body(content)["_quickReplies"])["quickReplies"]?.array ?? []
        let items = replies.prefix(StepList.most).compactMap(StepList.item)
        if !items.isEmpty { add(.menu(items)) }
    }

    private mutating func addWords(of content: Body) {
        for name in ["_quickReplies", "_buttons", "_gallery", "_list", "_audio"] {
            guard let part = content[name] else { continue }
            return addWords(of: Body(part), list: ["_gallery", "_list"].contains(name))
        }
        // Images, videos and whatever else has a text for those who cannot see it.
        for name in content.names {
            if let text = Body(content[name])["fallbackText", "text"]?.words { return say(text) }
        }
    }

    private mutating func addWords(of part: Body, list isList: Bool) {
        let words = isList ? part["fallbackText", "text"]?.words : part["text"]?.words ?? part["fallbackText"]?.words
        if let url = part["audioUrl"]?.words { return play([url], instead: words) }
        if let words { return say(words) }
        let items = part["quickReplies", "buttons", "items"]?.array ?? []
        let titles = items.prefix(StepList.most).flatMap { item in
            [Body(item)["title"]?.words, Body(item)["subtitle"]?.words].compactMap { $0?.trimmed }
        }
        if titles.isEmpty { return add(.malformed("rich content without a text")) }
        say(titles.joined(separator: ". "))
    }

    /// A reply without a payload is heard by the flow as its title.
    private static func item(_ json: JSON) -> MenuItem? {
        let body = Body(json)
        guard let title = body["title"]?.words ?? body["payload"]?.words else { return nil }
        let payload = body["payload"]?.words ?? title
        guard title.utf8.count <= longestAddress, payload.utf8.count <= longestText else { return nil }
        return MenuItem(title: title, payload: payload)
    }
}
