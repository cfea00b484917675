// Modules named as the package's folders are, and swift-numerics, beside the package's own.
import Agent
import IDQLPhysics
import IDQLRandom
import RealModule
import Training

func half<Number: Real>(_ number: Number) -> Number { number / 2 }

var generator = NumPyGenerator(seed: 1)
print(generator.random(), half(Vector3(3, 4, 0).length), Training().epochs, act())
