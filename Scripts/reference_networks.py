"""Networks of the reference, in flax, for the scripts that make fixtures."""
import flax.linen as nn
import jax.numpy as jnp


class MLP(nn.Module):
    widths: tuple
    activation: callable
    norm: bool = False

    @nn.compact
    def __call__(self, x):
        if self.norm:
            x = nn.LayerNorm()(x)
        for i, width in enumerate(self.widths):
            x = nn.Dense(width)(x)
            if i + 1 < len(self.widths):
                x = self.activation(x)
        return x


class FourierFeatures(nn.Module):
    size: int

    @nn.compact
    def __call__(self, t):
        kernel = self.param("kernel", nn.initializers.normal(0.2), (self.size // 2, 1))
        f = 2 * jnp.pi * t @ kernel.T
        return jnp.concatenate([jnp.cos(f), jnp.sin(f)], -1)
