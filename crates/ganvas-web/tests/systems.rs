//! Every system takes the same steps on the CPU and on WebGPU.

#![cfg(target_family = "wasm")]

use std::collections::BTreeMap;

use ganvas_web::Session;
use safetensors::SafeTensors;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const STEPS: u32 = 3;
const LEARNING_RATE: f64 = 1e-3;

/// Three steps of a tiny experiment: its report and its parameters.
async fn run(backend: &str, settings: &str) -> (JsValue, BTreeMap<String, Vec<f32>>) {
    let json = format!(
        r#"{{ "dataset": "procedural", "width": 2, "batch_size": 4, "seed": 5,
              "generator_lr": {LEARNING_RATE}, "discriminator_lr": {LEARNING_RATE},
              {settings} }}"#
    );
    let experiment = js_sys::JSON::parse(&json).unwrap();
    let mut session = Session::create(backend.into(), experiment)
        .await
        .unwrap_or_else(|error| panic!("{settings} on {backend}: {error:?}"));
    session.use_procedural().unwrap();
    session.train(STEPS, 1e9).await.unwrap();
    let report = session.report().await.unwrap();
    let bytes = session.save().await.unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let parameters = file
        .iter()
        .filter(|(name, view)| {
            !name.starts_with("optimizer.") && view.dtype() == safetensors::Dtype::F32
        })
        .map(|(name, view)| {
            let numbers = view.data().as_chunks::<4>().0.iter();
            (
                name.to_owned(),
                numbers.map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            )
        })
        .collect();
    (report, parameters)
}

/// Figures agree to a thousandth; parameters to a small part of what training moved them.
async fn agrees(settings: &str) {
    let (cpu, on_cpu) = run("cpu", settings).await;
    let (gpu, on_gpu) = run("webgpu", settings).await;
    for entry in js_sys::Object::entries(&js_sys::Object::from(cpu)).iter() {
        let entry = js_sys::Array::from(&entry);
        let name = entry.get(0).as_string().unwrap();
        let a = entry.get(1).as_f64().unwrap();
        let b = js_sys::Reflect::get(&gpu, &entry.get(0))
            .unwrap()
            .as_f64()
            .unwrap();
        assert!(
            (a - b).abs() <= 1e-3 * a.abs().max(1.0),
            "{settings}: {name} is {a} on the CPU, {b} on WebGPU"
        );
    }
    assert_eq!(on_cpu.len(), on_gpu.len());
    for (name, a) in &on_cpu {
        let b = &on_gpu[name];
        let differences: Vec<f64> = a
            .iter()
            .zip(b)
            .map(|(a, b)| f64::from((a - b).abs()))
            .collect();
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        // Adam divides a gradient by its own size: where the gradient is nothing but
        // rounding, a parameter may move either way, but never by more than this.
        let bound = 2.0 * f64::from(STEPS) * LEARNING_RATE;
        let scale = a.iter().fold(1.0, |max, v| f64::from(v.abs()).max(max));
        let largest = differences.iter().copied().fold(0.0, f64::max);
        assert!(
            largest <= bound * scale,
            "{settings}: {name} differs by {largest}"
        );
        // The stem's bias has no gradient: the BatchNorm behind it takes it out again.
        let rounding_only = settings.contains("dcgan_linear")
            && ["generator.model.0.bias", "generator.model.1.running_mean"]
                .contains(&name.as_str());
        if !rounding_only {
            assert!(
                mean <= 0.1 * LEARNING_RATE * scale,
                "{settings}: {name} differs by {mean} on average"
            );
        }
    }
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
    least_squares: r#""model": "dcgan", "loss": "least_squares", "latent_dim": 8"#,
    linear_stem_in_colour: r#""model": "dcgan_linear", "latent_dim": 8"#,
    conditional: r#""model": "conditional", "latent_dim": 8"#,
    wgan_clipping: r#""model": "wgan", "latent_dim": 8, "discriminator_steps": 2"#,
    wgan_gradient_penalty: r#""model": "wgan_gp", "latent_dim": 8, "discriminator_steps": 1"#,
    spectral_norm_hinge: r#""loss": "hinge", "spectral_norm": true, "latent_dim": 8"#,
    feature_matching: r#""feature_matching": 0.1, "latent_dim": 8"#,
    mmd_and_l2: r#""mmd": 0.5, "d_l2": 0.001, "generator_activation": "leaky_relu", "latent_dim": 8"#,
    unrolled: r#""unrolled_steps": 1, "latent_dim": 8"#,
    vae: r#""model": "vae", "latent_dim": 8"#,
    cyclegan: r#""model": "cyclegan""#,
}
