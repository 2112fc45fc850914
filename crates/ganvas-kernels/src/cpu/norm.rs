//! Normalisation together with the activation after it.
//!
//! Rows of C numbers, one for each channel; x̂ = (u − μ) · r with r = 1/√(σ² + ε).

use super::activation::{Function, Visitor, dispatch};
use crate::stack::Activation;
use crate::threads;

/// Numbers of a block that fit the first cache beside the sums.
const BLOCK: usize = 4096;

fn block_len(channels: usize) -> usize {
    (BLOCK / channels).max(8) * channels
}

/// Mean and biased variance of each channel, `mean` and `variance` having C numbers.
///
/// Block by block in two passes over numbers that are then in the cache, joined as
/// in Chan, Golub and LeVeque, *Updating Formulae and a Pairwise Algorithm for
/// Computing Sample Variances*, 1979: accurate as two passes over everything.
pub(super) fn moments(u: &[f32], mean: &mut [f32], variance: &mut [f32]) {
    let channels = mean.len();
    let length = block_len(channels);
    // Mean and sum of squares of each block.
    let mut blocks = vec![0.0f32; 2 * channels * u.len().div_ceil(length)];
    by_blocks(&mut blocks, 2 * channels, length, |index, sums| {
        let block = &u[index * length..u.len().min((index + 1) * length)];
        let (sum, squares) = sums.split_at_mut(channels);
        let rows = (block.len() / channels) as f32;
        add_rows(block, sum, |_, x| x);
        for sum in &mut *sum {
            *sum /= rows;
        }
        let centre = &*sum;
        add_rows(block, squares, |c, x| {
            let x = x - centre[c];
            x * x
        });
    });
    mean.fill(0.0);
    variance.fill(0.0);
    let mut seen = 0.0f32;
    let lengths = u.chunks(length).map(<[f32]>::len);
    for (block, length) in blocks.chunks_exact(2 * channels).zip(lengths) {
        let (sum, squares) = block.split_at(channels);
        let rows = (length / channels) as f32;
        let share = rows / (seen + rows);
        for c in 0..channels {
            let delta = sum[c] - mean[c];
            mean[c] += delta * share;
            variance[c] += squares[c] + delta * delta * seen * share;
        }
        seen += rows;
    }
    for variance in variance {
        *variance /= seen;
    }
}

/// Calls `task` with the number of each block and with its `width` numbers in `sums`, a few
/// blocks being a task: whoever adds them up then goes from the first to the last, as one
/// thread does.
fn by_blocks(
    sums: &mut [f32],
    width: usize,
    block: usize,
    task: impl Fn(usize, &mut [f32]) + Sync,
) {
    let together = threads::pieces(sums.len() / width, block);
    threads::parts(sums, together * width, |index, sums| {
        for (block, sums) in (index * together..).zip(sums.chunks_exact_mut(width)) {
            task(block, sums);
        }
    });
}

/// Rows of `channels` numbers that make a task, in numbers.
fn together(length: usize, channels: usize) -> usize {
    threads::pieces(length / channels, channels) * channels
}

/// `sums[c]` ← `sums[c]` + Σ over rows of `term(c, x)`.
fn add_rows(block: &[f32], sums: &mut [f32], term: impl Fn(usize, f32) -> f32) {
    let channels = sums.len();
    // Four rows at a time: the sums are loaded and stored a quarter as often.
    let mut fours = block.chunks_exact(4 * channels);
    for rows in &mut fours {
        let (a, rest) = rows.split_at(channels);
        let (b, rest) = rest.split_at(channels);
        let (c, d) = rest.split_at(channels);
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum += (term(i, a[i]) + term(i, b[i])) + (term(i, c[i]) + term(i, d[i]));
        }
    }
    for row in fours.remainder().chunks_exact(channels) {
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum += term(i, row[i]);
        }
    }
}

/// γ · (u − μ) · r + β of each channel, as (u − μ) · `scale` + `shift`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Affine<'a> {
    pub mean: &'a [f32],
    pub scale: &'a [f32],
    pub shift: &'a [f32],
}

/// y ← activation((u − μ) · scale + shift).
pub(super) fn normalise(u: &[f32], y: &mut [f32], affine: Affine, activation: Activation) {
    struct Normalise<'a>(&'a [f32], &'a mut [f32], Affine<'a>);
    impl Visitor for Normalise<'_> {
        fn visit(self, value: impl Function, _: impl Function) {
            let Self(u, y, affine) = self;
            let length = together(y.len(), affine.mean.len());
            threads::parts(y, length, |index, y| {
                normalise_rows(&u[index * length..][..y.len()], y, affine, value);
            });
        }
    }
    dispatch(activation, Normalise(u, y, affine));
}

fn normalise_rows(u: &[f32], y: &mut [f32], affine: Affine, value: impl Function) {
    let Affine { mean, scale, shift } = affine;
    let channels = mean.len();
    let (scale, shift) = (&scale[..channels], &shift[..channels]);
    for (u, y) in u.chunks_exact(channels).zip(y.chunks_exact_mut(channels)) {
        for c in 0..channels {
            y[c] = value((u[c] - mean[c]) * scale[c] + shift[c]);
        }
    }
}

/// g ← g · activation′(y), and the sums over rows of g and of g · (u − μ), which are
/// the gradients of β and (times r) of γ.
pub(super) fn reduce(
    g: &mut [f32],
    y: &[f32],
    u: &[f32],
    mean: &[f32],
    activation: Activation,
) -> [Vec<f32>; 2] {
    struct Reduce<'a> {
        g: &'a mut [f32],
        y: &'a [f32],
        u: &'a [f32],
        mean: &'a [f32],
        sums: &'a mut [Vec<f32>; 2],
    }
    impl Visitor for Reduce<'_> {
        fn visit(self, _: impl Function, slope: impl Function) {
            let Self {
                g,
                y,
                u,
                mean,
                sums,
            } = self;
            let channels = mean.len();
            let length = block_len(channels);
            let count = g.len().div_ceil(length);
            // Both sums of each block.
            let mut blocks = vec![0.0f32; 2 * channels * count];
            let together = threads::pieces(count, length);
            threads::parts_of_two(
                (g, together * length),
                (&mut blocks, together * 2 * channels),
                |index, g, blocks| {
                    let start = index * together * length;
                    let rows = g.chunks_mut(length);
                    let others = y[start..].chunks(length).zip(u[start..].chunks(length));
                    let blocks = blocks.chunks_exact_mut(2 * channels);
                    for ((g, (y, u)), sums) in rows.zip(others).zip(blocks) {
                        let (sum, product) = sums.split_at_mut(channels);
                        reduce_rows(g, y, u, mean, sum, product, slope);
                    }
                },
            );
            let [total, total_product] = sums;
            for block in blocks.chunks_exact(2 * channels) {
                let (sum, product) = block.split_at(channels);
                for c in 0..channels {
                    total[c] += sum[c];
                    total_product[c] += product[c];
                }
            }
        }
    }
    let mut sums = [vec![0.0; mean.len()], vec![0.0; mean.len()]];
    dispatch(
        activation,
        Reduce {
            g,
            y,
            u,
            mean,
            sums: &mut sums,
        },
    );
    sums
}

/// [`reduce`] for a block, adding to the sums.
///
/// A function of its own because arguments are known not to overlap: inlined, the loop
/// would need more checks of that than the compiler makes, and get no SIMD.
#[inline(never)]
fn reduce_rows(
    g: &mut [f32],
    y: &[f32],
    u: &[f32],
    mean: &[f32],
    sum: &mut [f32],
    product: &mut [f32],
    slope: impl Function,
) {
    let channels = mean.len();
    let (sum, product) = (&mut sum[..channels], &mut product[..channels]);
    let rows = g.chunks_exact_mut(channels).zip(y.chunks_exact(channels));
    for ((g, y), u) in rows.zip(u.chunks_exact(channels)) {
        for c in 0..channels {
            let value = g[c] * slope(y[c]);
            g[c] = value;
            sum[c] += value;
            product[c] += value * (u[c] - mean[c]);
        }
    }
}

/// g ← `scale` · g + `slope` · (u − μ) + `shift`, which is the gradient of u.
pub(super) fn input_gradient(
    g: &mut [f32],
    u: &[f32],
    mean: &[f32],
    [scale, slope, shift]: [&[f32]; 3],
) {
    let length = together(g.len(), mean.len());
    threads::parts(g, length, |index, g| {
        let u = &u[index * length..][..g.len()];
        input_gradient_rows(g, u, mean, [scale, slope, shift]);
    });
}

fn input_gradient_rows(g: &mut [f32], u: &[f32], mean: &[f32], [scale, slope, shift]: [&[f32]; 3]) {
    let channels = mean.len();
    let (scale, slope) = (&scale[..channels], &slope[..channels]);
    let shift = &shift[..channels];
    for (g, u) in g.chunks_exact_mut(channels).zip(u.chunks_exact(channels)) {
        for c in 0..channels {
            g[c] = scale[c] * g[c] + (slope[c] * (u[c] - mean[c]) + shift[c]);
        }
    }
}

/// Sum of each channel over all rows.
pub(super) fn column_sums(x: &[f32], sums: &mut [f32]) {
    let channels = sums.len();
    let length = block_len(channels);
    let mut blocks = vec![0.0f32; channels * x.len().div_ceil(length)];
    by_blocks(&mut blocks, channels, length, |index, sums| {
        let block = &x[index * length..x.len().min((index + 1) * length)];
        add_rows(block, sums, |_, x| x);
    });
    sums.fill(0.0);
    for block in blocks.chunks_exact(channels) {
        for (sum, part) in sums.iter_mut().zip(block) {
            *sum += part;
        }
    }
}
