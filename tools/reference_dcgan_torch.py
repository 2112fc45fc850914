"""Trains article 004's DCGAN in PyTorch and writes samples as an IDX images file.

    python tools/reference_dcgan_torch.py --steps 2000 --samples 10000 --out target/torch.idx3-ubyte

A second implementation beside tools/reference_dcgan.py, with the same options, data and
files: PyTorch's own layers, binary cross entropy and Adam, as in the article's code.
Requirements: tools/requirements-pytorch.txt.
"""

import time

import numpy as np
import torch
from torch import nn

from ganvas_pytorch import build
from ganvas_reference import runs


def train(arguments, images):
    """Returns what `sample` needs, the number of parameters, and the seconds of processor time."""
    a = arguments
    torch.manual_seed(a.seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(a.seed)
    networks = build({"model": "dcgan", "width": a.width, "latent_dim": a.latent_dim})
    generator, discriminator = networks["generator"], networks["discriminator"]
    if a.init == "pytorch":
        for layer in [*generator.model, *discriminator.model]:
            if hasattr(layer, "reset_parameters"):
                layer.reset_parameters()
    adam = dict(lr=a.lr, betas=(a.beta1, a.beta2))
    g_optimizer = torch.optim.Adam(generator.parameters(), **adam)
    d_optimizer = torch.optim.Adam(discriminator.parameters(), **adam)
    loss = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(a.batch, 1), torch.zeros(a.batch, 1)

    def step(real):
        fake = generator(torch.randn(a.batch, a.latent_dim)).detach()
        d_loss = loss(discriminator(real), ones) + loss(discriminator(fake), zeros)
        d_optimizer.zero_grad()
        d_loss.backward()
        d_optimizer.step()

        logits = discriminator(generator(torch.randn(a.batch, a.latent_dim)))
        g_loss = loss(logits, ones) if a.loss == "non_saturating" else -loss(logits, zeros)
        g_optimizer.zero_grad()
        g_loss.backward()
        g_optimizer.step()
        return d_loss, g_loss

    started = time.process_time()
    for number, real in zip(range(1, a.steps + 1), runs.batches(images, a.batch, rng)):
        d_loss, g_loss = step(torch.from_numpy(real))
        if number == 1 or number == a.steps or number % a.every == 0:
            seconds = time.process_time() - started
            terms = f"d_loss {d_loss.item():.4f} g_loss {g_loss.item():.4f}"
            print(f"step {number} {terms} after {seconds:.1f} s", flush=True)
    parameters = sum(p.numel() for n in networks.values() for p in n.parameters())
    return generator, parameters, seconds


@torch.no_grad()
def sample(generator, count, latent_dim, seed):
    """[count, 28, 28] bytes."""
    generator.eval()
    source = torch.Generator().manual_seed(seed + 1_000_003)
    size, parts = 250, []
    for _ in range(-(-count // size)):
        z = torch.randn(size, latent_dim, generator=source)
        parts.append(runs.to_bytes(generator(z)))
    return np.concatenate(parts)[:count]


if __name__ == "__main__":
    runs.main(__doc__, "PyTorch", torch.__version__, train, sample)
