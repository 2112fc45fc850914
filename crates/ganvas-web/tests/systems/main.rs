//! Every system takes the same steps on the CPU and on WebGPU.

#![cfg(target_family = "wasm")]

mod matrix;
mod pair;
#[path = "../agreement/steps.rs"]
mod steps;

use std::collections::BTreeMap;

use ganvas_web::Session;
use pair::{assert_figures, figures, tensors};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const STEPS: u32 = 3;
const LEARNING_RATE: f64 = 1e-3;

/// A run of one of the settings below, on drawn digits.
struct Run {
    session: Session,
}

impl Run {
    async fn open(backend: &str, settings: &str) -> Self {
        let json = format!(
            r#"{{ "dataset": "procedural", "width": 2, "batch_size": 4, "seed": 5,
                  "generator_lr": {LEARNING_RATE}, "discriminator_lr": {LEARNING_RATE},
                  {settings} }}"#
        );
        let experiment = js_sys::JSON::parse(&json).unwrap();
        let mut session = Session::create(backend.into(), experiment)
            .await
            .unwrap_or_else(|error| panic!("{settings} on {backend}: {error:?}"));
        // The plane brings its own data.
        if !settings.contains("plane") {
            session.use_procedural().unwrap();
        }
        Self { session }
    }

    /// Parameters, averages and running statistics, by name.
    async fn numbers(&mut self) -> BTreeMap<String, Vec<f32>> {
        let mut numbers = tensors(&mut self.session).await;
        numbers.retain(|name, _| !name.starts_with("optimizer."));
        numbers
    }
}

/// Figures agree to a thousandth after every step; parameters, after the last one, to a
/// small part of what training moved them.
async fn agrees(settings: &str) {
    let mut cpu = Run::open("cpu", settings).await;
    let mut gpu = Run::open("webgpu", settings).await;
    for step in 1..=STEPS {
        let [on_cpu, on_gpu] = [
            figures(&mut cpu.session).await,
            figures(&mut gpu.session).await,
        ];
        assert_figures(&format!("{settings}, step {step}"), &on_cpu, &on_gpu);
    }
    let (on_cpu, on_gpu) = (cpu.numbers().await, gpu.numbers().await);
    assert!(on_cpu.keys().eq(on_gpu.keys()), "{settings}");
    for (name, a) in &on_cpu {
        // The stem's bias has no gradient: the BatchNorm behind it takes it out again.
        let own = name.strip_prefix("average.").unwrap_or(name);
        let rounding_only = settings.contains("dcgan_linear")
            && ["generator.model.0.bias", "generator.model.1.running_mean"].contains(&own);
        assert_near(
            &format!("{settings}: {name}"),
            a,
            &on_gpu[name],
            rounding_only,
        );
    }
}

/// Adam divides a gradient by its own size: where the gradient is nothing but rounding, a
/// parameter may move either way, but never by more than the learning rate in a step. This
/// may happen to single numbers, so that the mean and all but the largest hundredth (one
/// number at least) are held to much less. On the CPU, with parameters changed by 1e-5 of
/// themselves at the start, the mean is 0.06 rates at most and the others are within 0.21.
fn assert_near(what: &str, a: &[f32], b: &[f32], rounding_only: bool) {
    assert_eq!(a.len(), b.len(), "{what}: how many numbers");
    let scale = a.iter().fold(1.0, |max, v| f64::from(v.abs()).max(max));
    let rate = LEARNING_RATE * scale;
    let mut differences: Vec<f64> = a
        .iter()
        .zip(b)
        .map(|(a, b)| f64::from((a - b).abs()))
        .collect();
    differences.sort_by(f64::total_cmp);
    let count = differences.len();
    let largest = differences[count - 1];
    assert!(
        largest <= 2.0 * f64::from(STEPS) * rate,
        "{what} differs by {largest}"
    );
    if rounding_only {
        return;
    }
    let mean = differences.iter().sum::<f64>() / count as f64;
    assert!(mean <= 0.1 * rate, "{what} differs by {mean} on average");
    let most = &differences[..count - count.div_ceil(100)];
    let high = most.last().copied().unwrap_or(0.0);
    assert!(
        high <= 0.5 * rate,
        "{what} differs by {high} in one number of a hundred"
    );
}

macro_rules! systems {
    ($($name:ident: $settings:literal,)*) => {
        $(
            #[wasm_bindgen_test]
            async fn $name() {
                agrees($settings).await;
            }
        )*
    };
}

systems! {
    fully_connected: r#""model": "gan", "loss": "minimax", "latent_dim": 8"#,
    dcgan: r#""model": "dcgan", "latent_dim": 8"#,
    minimax: r#""model": "dcgan", "loss": "minimax", "latent_dim": 8"#,
    least_squares: r#""model": "dcgan", "loss": "least_squares", "latent_dim": 8"#,
    hinge: r#""model": "dcgan", "loss": "hinge", "latent_dim": 8"#,
    linear_stem_in_colour: r#""model": "dcgan_linear", "latent_dim": 8"#,
    conditional: r#""model": "conditional", "latent_dim": 8"#,
    wgan_clipping: r#""model": "wgan", "latent_dim": 8, "discriminator_steps": 2"#,
    wgan_gradient_penalty: r#""model": "wgan_gp", "latent_dim": 8, "discriminator_steps": 1"#,
    spectral_norm_hinge: r#""loss": "hinge", "spectral_norm": true, "latent_dim": 8"#,
    spectral_norm_without_batch_norm:
        r#""model": "wgan_gp", "gradient_penalty": 0, "spectral_norm": true, "latent_dim": 8"#,
    feature_matching: r#""feature_matching": 0.1, "latent_dim": 8"#,
    feature_matching_only:
        r#""feature_matching": 1, "feature_matching_only": true, "latent_dim": 8"#,
    mmd_and_l2: r#""mmd": 0.5, "d_l2": 0.001, "generator_activation": "leaky_relu", "latent_dim": 8"#,
    unrolled: r#""unrolled_steps": 1, "latent_dim": 8"#,
    unrolled_further: r#""unrolled_steps": 3, "latent_dim": 8"#,
    vae: r#""model": "vae", "latent_dim": 8"#,
    plane: r#""model": "plane", "dataset": "grid", "latent_dim": 1"#,
    plane_unrolled: r#""model": "plane", "dataset": "ring", "unrolled_steps": 3"#,
    cyclegan: r#""model": "cyclegan""#,
    cyclegan_spectral_norm_hinge: r#""model": "cyclegan", "loss": "hinge", "spectral_norm": true"#,
}
