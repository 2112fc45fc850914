"""pattern(salt, n, scale): inputs that both sides can make, instead of storing them.

The formula (all integers are u32 and wrap around):

    h = i * 2654435761 + salt * 2246822519
    h = (h ^ (h >> 16)) * 0x85EBCA6B
    h = (h ^ (h >> 13)) * 0xC2B2AE35
    h =  h ^ (h >> 16)
    v = (h >> 8) / 2^24 - 0.5            exact in f32, in [-0.5, 0.5)
    pattern(salt, n, scale)[i] = v * scale            one f32 rounding
    with an offset:             v * scale + offset    a second f32 rounding

In the golden files a tensor made so is written
    {"shape": [...], "pattern": {"salt": s, "scale": c, "offset": o}}
with i running over the tensor in row-major (C) order.
"""

import numpy as np


def unit(salt: int, n: int) -> np.ndarray:
    """v of the formula above, for i in 0..n, as f32."""
    u32 = np.uint32
    with np.errstate(over="ignore"):
        h = np.arange(n, dtype=np.uint32) * u32(2654435761)
        h = h + u32((salt * 2246822519) & 0xFFFFFFFF)
        h = (h ^ (h >> u32(16))) * u32(0x85EBCA6B)
        h = (h ^ (h >> u32(13))) * u32(0xC2B2AE35)
        h = h ^ (h >> u32(16))
    return (h >> u32(8)).astype(np.float32) / np.float32(1 << 24) - np.float32(0.5)


def pattern(salt: int, n: int, scale: float, offset: float = 0.0) -> np.ndarray:
    """The formula above; always f32, so that both sides start from the same bits."""
    values = unit(salt, n) * np.float32(scale)
    return values + np.float32(offset) if offset else values


class Pattern:
    """A tensor that is written to the golden file as its recipe."""

    def __init__(self, shape, salt, scale, offset=0.0):
        self.shape, self.salt, self.scale, self.offset = tuple(shape), salt, scale, offset

    def array(self) -> np.ndarray:
        n = int(np.prod(self.shape))
        return pattern(self.salt, n, self.scale, self.offset).reshape(self.shape)

    def json(self):
        recipe = {"salt": self.salt, "scale": self.scale, "offset": self.offset}
        return {"shape": list(self.shape), "pattern": recipe}
