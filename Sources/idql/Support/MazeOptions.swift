import ArgumentParser
import IDQLEnvs

extension SuccessTiming: ExpressibleByArgument {}

package struct SuccessTimingOption: ParsableArguments {
  @Option(
    help: """
      OGBench's mazes: test for success before (pre) or after (post) the action has acted; as \
      OGBench 1.2 if left out. The numbers published with FQL are post.
      """)
  package var successTiming: SuccessTiming?

  package init() {}
}
