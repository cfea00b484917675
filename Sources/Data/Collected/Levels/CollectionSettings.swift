import IDQLEnvs
import IDQLEvaluation

/// What a collection is: the file `collection.json` of its folder.
struct CollectionSettings: Codable {
  /// Of the program that began it.
  var version = packageVersion
  var gitRevision = ProgramIdentity.current.sourceRevision
  /// How the networks rounded; nil where none are trained, and in collections of earlier versions.
  var arithmetic: String?
  var environment: String
  /// One of the two.
  var softActorCritic: SACConfiguration?
  var randomSearch: SearchConfiguration?
  var levels: [DataLevel]
  var rows: Int
  var seed: UInt64

  enum CodingKeys: String, CodingKey {
    case version, arithmetic, environment, levels, rows, seed
    case gitRevision = "git_revision"
    case softActorCritic = "sac"
    case randomSearch = "ars"
  }

  init(_ collection: LevelCollection) {
    environment = collection.environment.description
    arithmetic = collection.recipe.arithmetic
    switch collection.recipe {
    case .softActorCritic(let configuration): softActorCritic = configuration
    case .randomSearch(let configuration): randomSearch = configuration
    }
    levels = collection.levels
    rows = collection.rowCount
    seed = collection.seed
  }

  var recipe: TrainingRecipe? {
    softActorCritic.map(TrainingRecipe.softActorCritic)
      ?? randomSearch.map(TrainingRecipe.randomSearch)
  }
}
