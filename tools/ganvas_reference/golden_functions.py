"""Golden numbers of single functions: losses, regularizers, layers.

Each function here takes a dtype and returns the content of one file, so that
the float64 numbers can be held against a float32 run of the same code.
"""

import jax
import jax.numpy as jnp

from . import layers, objectives, regularizers
from .pattern import Pattern


def cast(value, dtype):
    array = value.array() if isinstance(value, Pattern) else value
    return jnp.asarray(array, dtype)


LOGITS = {
    "mixed": (
        [-100.0, -20.0, -2.5, -0.75, -0.01, 0.0, 0.01, 0.5, 3.0, 30.0, 100.0],
        [100.0, 25.0, 2.0, 0.25, 0.0, -0.001, -0.5, -1.5, -4.0, -50.0, -100.0],
    ),
    "small": ([0.0, 0.125, -0.25, 0.375], [0.0, -0.0625, 0.3125, -0.4375]),
    "satisfied": ([100.0, 100.0, 40.0], [-100.0, -100.0, -40.0]),
    "fooled": ([-100.0, -100.0, -40.0], [100.0, 100.0, 40.0]),
    "uneven_batches": ([1.5, -0.5, 0.25], [0.75, -2.0]),
}


def losses(dtype):
    cases = {}
    for name, (real, fake) in LOGITS.items():
        real_logits, fake_logits = jnp.asarray(real, dtype), jnp.asarray(fake, dtype)
        case = {"real_logits": real, "fake_logits": fake}
        for loss, (d, g) in objectives.LOSSES.items():
            d_loss, (d_real, d_fake) = jax.value_and_grad(d, (0, 1))(real_logits, fake_logits)
            g_loss, g_fake = jax.value_and_grad(g)(fake_logits)
            case[loss] = {
                "d_loss": d_loss,
                "d_loss_grad_real_logits": list(d_real),
                "d_loss_grad_fake_logits": list(d_fake),
                "g_loss": g_loss,
                "g_loss_grad_fake_logits": list(g_fake),
            }
        cases[name] = case
    return {"cases": cases}


def mmd(dtype):
    cases = {}
    for name, m, n, features, offset, bandwidths in [
        ("equal_batches", 4, 4, 6, 0.0, [0.25, 0.5, 1.0, 2.0, 4.0]),
        ("uneven_batches", 5, 3, 6, 0.25, [0.5, 1.0, 2.0]),
        ("one_bandwidth", 3, 3, 10, 0.5, [1.5]),
    ]:
        real = Pattern((m, features), 11, 2.0)
        fake = Pattern((n, features), 12, 2.0, offset)
        x, y = cast(real, dtype), cast(fake, dtype)
        value, grad = jax.value_and_grad(lambda f: regularizers.mmd2(x, f, bandwidths))(y)
        cases[name] = {
            "real": real,
            "fake": fake,
            "bandwidths": bandwidths,
            "value": value,
            "grad_fake": grad,
        }
    return cases


def l2(dtype):
    first, second = Pattern((3, 2, 2, 2), 21, 1.0), Pattern((5,), 22, 1.0)
    parameters = [cast(first, dtype), cast(second, dtype)]
    value, grads = jax.value_and_grad(regularizers.l2_penalty)(parameters, 0.01)
    return {
        "lambda": 0.01,
        "theta": [first, second],
        "value": value,
        "grad_theta": grads,
    }


def spectral(dtype):
    cases = {}
    for name, shape, iterations in [
        ("linear_1", (4, 6), 1),
        ("linear_5", (4, 6), 5),
        ("conv_1", (4, 3, 2, 2), 1),
        ("conv_50", (4, 3, 2, 2), 50),
    ]:
        weight, u0 = Pattern(shape, 31, 1.0), Pattern((shape[0],), 32, 1.0)
        c = Pattern(shape, 33, 2.0)
        w, start, cotangent = cast(weight, dtype), cast(u0, dtype), cast(c, dtype)

        def objective(w):
            return (layers.spectral_norm(w, start, iterations)[0] * cotangent).sum()

        normalised, sigma, u, v = layers.spectral_norm(w, start, iterations)
        value, grad = jax.value_and_grad(objective)(w)
        cases[name] = {
            "weight": weight,
            "u": u0,
            "iterations": iterations,
            "c": c,
            "sigma": sigma,
            "u_after": u,
            "v_after": v,
            "normalised": normalised,
            "value": value,
            "grad_weight": grad,
        }
    return cases


def vae_terms(dtype):
    mu, logvar = Pattern((3, 5), 41, 4.0), Pattern((3, 5), 42, 4.0)
    kl = jax.value_and_grad(regularizers.kl_to_standard_normal, (0, 1))
    value, (grad_mu, grad_logvar) = kl(cast(mu, dtype), cast(logvar, dtype))
    out = {
        "kl": {
            "mu": mu,
            "logvar": logvar,
            "value": value,
            "grad_mu": grad_mu,
            "grad_logvar": grad_logvar,
        }
    }
    images = Pattern((3, 1, 4, 4), 43, 2.0)
    guess = Pattern((3, 1, 4, 4), 44, 2.0)
    logits = Pattern((3, 1, 4, 4), 45, 20.0)
    x = cast(images, dtype)
    value, grad = jax.value_and_grad(lambda r: regularizers.squared_error(x, r))(
        cast(guess, dtype)
    )
    out["squared_error"] = {
        "images": images,
        "reconstructions": guess,
        "value": value,
        "grad_reconstructions": grad,
    }
    value, grad = jax.value_and_grad(lambda r: regularizers.bce_with_logits(x, r))(
        cast(logits, dtype)
    )
    out["bce_with_logits"] = {
        "images": images,
        "logits": logits,
        "value": value,
        "grad_logits": grad,
    }
    return out


def feature_matching(dtype):
    real, fake = Pattern((4, 6), 51, 2.0), Pattern((3, 6), 52, 2.0, 0.25)
    x = cast(real, dtype)
    value, grad = jax.value_and_grad(lambda f: regularizers.feature_matching(x, f))(
        cast(fake, dtype)
    )
    return {"real_features": real, "fake_features": fake, "value": value, "grad_fake": grad}


def penalty(dtype):
    """Tiny critic on 1x8x8: conv 4,2,1 -> LeakyReLU 0.2 -> conv 4,2,1 -> LeakyReLU 0.2 -> conv 2,1,0."""
    shapes = [(4, 1, 4, 4), (8, 4, 4, 4), (1, 8, 2, 2)]
    cases = {}
    for name, biased in [("no_bias", False), ("bias", True)]:
        recipes = {}
        for i, shape in enumerate(shapes):
            recipes[f"model.{2 * i}.weight"] = Pattern(shape, 61 + i, 0.8)
            if biased:
                recipes[f"model.{2 * i}.bias"] = Pattern(shape[:1], 71 + i, 0.8)
        real, fake = Pattern((3, 1, 8, 8), 81, 2.0), Pattern((3, 1, 8, 8), 82, 2.0)
        epsilon = Pattern((3,), 83, 1.0, 0.5)
        weights = {k: cast(v, dtype) for k, v in recipes.items()}
        points = regularizers.interpolate(
            cast(real, dtype), cast(fake, dtype), cast(epsilon, dtype)
        )

        def critic(weights, x):
            for i in range(3):
                stride, padding = (2, 1) if i < 2 else (1, 0)
                x = layers.conv2d(
                    x,
                    weights[f"model.{2 * i}.weight"],
                    weights.get(f"model.{2 * i}.bias"),
                    stride,
                    padding,
                )
                x = layers.leaky_relu(x) if i < 2 else x
            return x.reshape(-1, 1)

        def objective(weights):
            return regularizers.gradient_penalty(lambda x: critic(weights, x), points, 10.0)

        (value, norms), grads = jax.value_and_grad(objective, has_aux=True)(weights)
        cases[name] = {
            "parameters": recipes,
            "real_images": real,
            "fake_images": fake,
            "epsilon": epsilon,
            "lambda": 10.0,
            "interpolates": points,
            "logits": critic(weights, points),
            "grad_images": jax.grad(lambda x: critic(weights, x).sum())(points),
            "norms": norms,
            "value": value,
            "grad_parameters": grads,
        }
    return cases


def all_regularizers(dtype):
    return {
        "mmd2": mmd(dtype),
        "l2": l2(dtype),
        "spectral_norm": spectral(dtype),
        **vae_terms(dtype),
        "feature_matching": feature_matching(dtype),
        "gradient_penalty": penalty(dtype),
    }


def _layer(function, recipes, cotangent, dtype):
    """Output, and the gradients of sum(output * cotangent) by every input."""
    arrays = {k: cast(v, dtype) for k, v in recipes.items()}
    c = cast(cotangent, dtype)
    output = function(**arrays)
    grads = jax.grad(lambda a: (function(**a) * c).sum())(arrays)
    return {
        "inputs": recipes,
        "cotangent": cotangent,
        "output": output,
        "gradients": {k: g for k, g in grads.items()},
    }


def all_layers(dtype):
    out = {}
    for name, function, x, w, y, stride, padding, biased in [
        ("conv2d_4_2_1", layers.conv2d, (2, 3, 8, 8), (4, 3, 4, 4), (2, 4, 4, 4), 2, 1, True),
        ("conv2d_4_1_0", layers.conv2d, (2, 3, 4, 4), (2, 3, 4, 4), (2, 2, 1, 1), 1, 0, False),
        ("conv2d_3_1_1", layers.conv2d, (2, 2, 5, 5), (3, 2, 3, 3), (2, 3, 5, 5), 1, 1, True),
        ("conv2d_3_2_1", layers.conv2d, (2, 2, 6, 6), (3, 2, 3, 3), (2, 3, 3, 3), 2, 1, True),
        (
            "conv_transpose2d_4_2_1",
            layers.conv_transpose2d,
            (2, 3, 4, 4),
            (3, 4, 4, 4),
            (2, 4, 8, 8),
            2,
            1,
            True,
        ),
        (
            "conv_transpose2d_4_1_0",
            layers.conv_transpose2d,
            (2, 5, 1, 1),
            (5, 3, 4, 4),
            (2, 3, 4, 4),
            1,
            0,
            False,
        ),
    ]:
        channels = y[1]
        recipes = {"input": Pattern(x, 101, 2.0), "weight": Pattern(w, 102, 1.0)}
        if biased:
            recipes["bias"] = Pattern((channels,), 103, 1.0)

        def apply(input, weight, bias=None):
            return function(input, weight, bias, stride, padding)

        out[name] = {
            "stride": stride,
            "padding": padding,
            **_layer(apply, recipes, Pattern(y, 104, 2.0), dtype),
        }

    recipes = {
        "input": Pattern((3, 5), 111, 2.0),
        "weight": Pattern((4, 5), 112, 1.0),
        "bias": Pattern((4,), 113, 1.0),
    }

    def apply(input, weight, bias):
        return layers.linear(input, weight, bias)

    out["linear"] = _layer(apply, recipes, Pattern((3, 4), 114, 2.0), dtype)

    for name, shape in [("batch_norm2d", (3, 4, 3, 3)), ("batch_norm1d", (6, 5))]:
        channels = shape[1]
        recipes = {
            "input": Pattern(shape, 121, 4.0, 0.5),
            "weight": Pattern((channels,), 122, 1.0, 1.0),
            "bias": Pattern((channels,), 123, 1.0),
        }
        mean, var = Pattern((channels,), 124, 1.0), Pattern((channels,), 125, 1.0, 1.0)
        running = cast(mean, dtype), cast(var, dtype)

        def apply(input, weight, bias):
            return layers.batch_norm(input, weight, bias, *running)[0]

        entry = _layer(apply, recipes, Pattern(shape, 126, 2.0), dtype)
        arrays = [cast(recipes[k], dtype) for k in ("input", "weight", "bias")]
        _, new_mean, new_var = layers.batch_norm(*arrays, *running)
        out[name] = {
            "epsilon": layers.BATCH_NORM_EPSILON,
            "momentum": layers.BATCH_NORM_MOMENTUM,
            "running_mean": mean,
            "running_var": var,
            **entry,
            "running_mean_after": new_mean,
            "running_var_after": new_var,
        }

    shape = (2, 3, 4, 4)
    recipes = {"input": Pattern(shape, 131, 4.0, 0.5)}

    def apply(input):
        return layers.instance_norm(input)

    out["instance_norm2d"] = {
        "epsilon": layers.BATCH_NORM_EPSILON,
        **_layer(apply, recipes, Pattern(shape, 132, 2.0), dtype),
    }
    return out
