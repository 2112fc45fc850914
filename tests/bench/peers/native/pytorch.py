"""The training step in PyTorch, as one would write it for speed on a CPU: channels-last,
fused Adam, oneDNN's convolutions.

`python pytorch.py INPUTS --threads N` says `{"version": …}` when it is ready, and for each line
that it reads takes one step and says `{"ms": …, "losses": [d_loss, g_loss]}`. With `--avx2` it
uses no wider instructions than AVX2's, of 256 bits.
"""

import argparse
import json
import os
import sys
import time

# Read when the libraries are loaded.
if "--avx2" in sys.argv:
    os.environ["ATEN_CPU_CAPABILITY"] = "avx2"
    os.environ["ONEDNN_MAX_CPU_ISA"] = "AVX2"
    os.environ["MKL_ENABLE_INSTRUCTIONS"] = "AVX2"

import torch
from safetensors import safe_open
from torch import nn
from torch.nn.functional import logsigmoid


def generator(latent_dim, width):
    """z `[batch, latent_dim, 1, 1]` → images `[batch, 1, 32, 32]`, layer by layer as in a checkpoint."""
    layers = []
    sizes = [latent_dim, 4 * width, 2 * width, width]
    for at, (before, after) in enumerate(zip(sizes, sizes[1:])):
        stride, padding = (1, 0) if at == 0 else (2, 1)
        layers += [
            nn.ConvTranspose2d(before, after, 4, stride, padding, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(inplace=True),
        ]
    last = nn.ConvTranspose2d(width, 1, 4, 2, 1, bias=False)
    return nn.Sequential(*layers, last, nn.Tanh())


def discriminator(width):
    """Images → logits `[batch, 1, 1, 1]`."""
    layers = [nn.Conv2d(1, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
    for before, after in [(width, 2 * width), (2 * width, 4 * width)]:
        layers += [
            nn.Conv2d(before, after, 4, 2, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.LeakyReLU(0.2, inplace=True),
        ]
    return nn.Sequential(*layers, nn.Conv2d(4 * width, 1, 4, 1, 0, bias=False))


class Trainer:
    """Both networks with the inputs' weights, and their optimizers."""

    def __init__(self, inputs):
        with safe_open(inputs, "pt") as file:
            experiment = json.loads(file.metadata()["experiment"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}
        width, latent_dim = experiment["width"], experiment["latent_dim"]
        self.g = generator(latent_dim, width)
        self.d = discriminator(width)
        for name, network in [("generator", self.g), ("discriminator", self.d)]:
            prefix = f"{name}.model."
            own = {
                key.removeprefix(prefix): value
                for key, value in tensors.items()
                if key.startswith(prefix)
            }
            # Only BatchNorm's count of batches is not in the file.
            missing, unexpected = network.load_state_dict(own, strict=False)
            odd = [key for key in missing if not key.endswith("num_batches_tracked")]
            if odd or unexpected:
                raise ValueError(f"{name}: missing {odd}, unexpected {unexpected}")
            network.to(memory_format=torch.channels_last).train()

        def adam(network, rate):
            betas = (experiment["beta1"], experiment["beta2"])
            return torch.optim.Adam(
                network.parameters(), rate, betas, experiment["epsilon"], fused=True
            )

        self.d_adam = adam(self.d, experiment["discriminator_lr"])
        self.g_adam = adam(self.g, experiment["generator_lr"])
        self.batches = [
            (real.contiguous(memory_format=torch.channels_last), *(z[..., None, None] for z in latents))
            for real, *latents in zip(
                tensors["real"], tensors["latent.discriminator"], tensors["latent.generator"]
            )
        ]
        self.steps = 0

    def step(self):
        """D's update, then G's with the fresh D; their losses, read."""
        real, z_d, z_g = self.batches[self.steps % len(self.batches)]
        self.steps += 1

        with torch.no_grad():
            fake = self.g(z_d)
        d_loss = -logsigmoid(self.d(real)).mean() - logsigmoid(-self.d(fake)).mean()
        self.d_adam.zero_grad()
        d_loss.backward()
        self.d_adam.step()

        # D has no part in this update but to hand the gradient on.
        self.d.requires_grad_(False)
        g_loss = -logsigmoid(self.d(self.g(z_g))).mean()
        self.d.requires_grad_(True)
        self.g_adam.zero_grad()
        g_loss.backward()
        self.g_adam.step()
        return [d_loss.item(), g_loss.item()]


def say(answer):
    print(json.dumps(answer), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--avx2", action="store_true", help="no wider instructions")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    trainer = Trainer(options.inputs)
    say({"version": torch.__version__})
    for _ in sys.stdin:
        start = time.perf_counter()
        losses = trainer.step()
        say({"ms": 1000 * (time.perf_counter() - start), "losses": losses})


if __name__ == "__main__":
    main()
