// One import for those who score policies: environments, policies, evaluation, data and physics.
@_exported import IDQLAgent
@_exported import IDQLDatasets
@_exported import IDQLEnvironmentTesting
@_exported import IDQLEnvs
@_exported import IDQLEvaluation
@_exported import IDQLPhysics
@_exported import IDQLPhysicsLanes
@_exported import IDQLRandom
