"""Adam as torch.optim.Adam computes it (no weight decay, no amsgrad)."""

import jax.numpy as jnp


def start(parameters):
    zeros = {name: jnp.zeros_like(p) for name, p in parameters.items()}
    return {"m": zeros, "v": zeros, "t": 0}


def step(parameters, gradients, state, lr, beta1, beta2, epsilon):
    """p -= lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)."""
    t = state["t"] + 1
    m = {k: beta1 * state["m"][k] + (1 - beta1) * g for k, g in gradients.items()}
    v = {k: beta2 * state["v"][k] + (1 - beta2) * g * g for k, g in gradients.items()}
    first, second = 1 - beta1**t, (1 - beta2**t) ** 0.5

    def update(k):
        return parameters[k] - (lr / first) * m[k] / (jnp.sqrt(v[k]) / second + epsilon)

    return {k: update(k) for k in parameters}, {"m": m, "v": v, "t": t}
