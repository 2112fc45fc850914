"""The exponential moving average of a generator's parameters.

    average <- average + (1 - d_t) (theta - average),   d_t = min(d, (1 + t) / (10 + t))

t counts the updates before this one, from 0; the average starts as a copy of the initial
parameters. The growing d_t lets it forget them sooner than d alone would.
"""

import jax.numpy as jnp


def start(parameters):
    return {f"average.{name}": p for name, p in parameters.items()}


def decay(limit, t):
    return jnp.minimum(limit, (1 + t) / (10 + t))


def update(average, parameters, d):
    return {
        f"average.{name}": average[f"average.{name}"] + (1 - d) * (p - average[f"average.{name}"])
        for name, p in parameters.items()
    }
