import ArgumentParser
import Studies

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of configurations and parameter spaces.",
    discussion: """
      For editors, which then complete and check keys as you type: write the schema to a file and name it in the first line \
      of a YAML file,

        wingspan schema > wingspan.schema.json
        # yaml-language-server: $schema=wingspan.schema.json

      The schema knows every key with its unit, its bounds and the forms in which it may be searched. What hangs on several \
      values at once is told by `wingspan validate` only.
      """)

  @Flag(help: "Print JSON; a schema is JSON in any case.")
  var json = false

  func run() throws { try Output.text(ConfigurationSchema.text()) }
}
