import Foundation
import PackagePlugin

/// Gives a program the constant `sourceRevision`: the commit of its sources, with `-dirty` if they
/// were changed, `unknown` outside a checkout. A target's own variable and not the manifest's
/// `Context.gitInformation`, which SwiftPM remembers from an earlier commit. SwiftPM also caches
/// the plan of a build, with the revision of that time: `--disable-build-manifest-caching` makes a
/// new plan, as `./idql` does.
@main
struct SourceRevision: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let folder = context.pluginWorkDirectoryURL
    // written only where it changed, or every build would link the program again
    let script = """
      revision=$(git -C "$1" describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)
      printf 'let sourceRevision = "%s"\\n' "$revision" >"$2/new"
      cmp -s "$2/new" "$2/SourceRevision.swift" || cp "$2/new" "$2/SourceRevision.swift"
      rm "$2/new"
      """
    return [
      .prebuildCommand(
        displayName: "Reading the revision of the sources", executable: URL(filePath: "/bin/sh"),
        arguments: ["-c", script, "sh", context.package.directoryURL.path, folder.path],
        outputFilesDirectory: folder)
    ]
  }
}
