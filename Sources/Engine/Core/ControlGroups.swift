/// The control groups of a process, which limit its memory and its CPUs.
enum ControlGroups {
  /// The folders of a process's group and of its ancestors for one controller, in version 1 and 2.
  ///
  /// - Parameter text: the text of `/proc/self/cgroup`; a line is "number:controllers:path".
  static func folders(
    of controller: String, _ text: String?, below root: String
  ) -> [(folder: String, isOld: Bool)] {
    var folders: [(folder: String, isOld: Bool)] = []
    for line in (text ?? "0::/").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { continue }
      let isOld = parts[1].split(separator: ",").contains { $0 == controller }
      guard isOld || parts[1].isEmpty else { continue }
      // In a container the path is that of the host and does not exist here; the mount itself is then the group.
      var path = parts[2].split(separator: "/").map(String.init)
      while true {
        folders.append((([isOld ? "\(root)/\(controller)" : root] + path).joined(separator: "/"), isOld))
        if path.popLast() == nil { break }
      }
    }
    return folders
  }
}
