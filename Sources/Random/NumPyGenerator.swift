/// NumPy's `Generator` over PCG64, seeded through `SeedSequence`: the same numbers for the same seed.
public struct NumPyGenerator: Sendable {
  public init(seed: UInt64) {}
}
