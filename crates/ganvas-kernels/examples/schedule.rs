//! Writes the kernels of one DCGAN step as JSON: their text, buffers and sizes.
//!
//! ```text
//! cargo run --package ganvas-kernels --no-default-features --example schedule -- 16 32 software
//! ```
//!
//! `tests/bench/kernels.mjs` replays them in a browser and says how fast each is; so does
//! `bench.html`, whose file `cargo xtask build` writes, and natively `tools/gpu-check`.

mod support;

fn main() {
    let (width, batch, tiles) = support::tiles::from_arguments("software");
    println!("{}", support::json::step(width, batch, tiles));
}
