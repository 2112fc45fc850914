//! Every experiment that the schema allows, on small networks: what native code and browsers
//! compare step by step.

use ganvas_core::Experiment;
use ganvas_core::experiment::Model;
use ganvas_core::loss::Loss;
use ganvas_core::schema::applies;
use serde_json::{Value, json};

/// What can be added to an objective or changed about it, alone and together. Those that a
/// model does not have, or that contradict each other there, are refused by the schema.
fn terms() -> Vec<Value> {
    vec![
        json!({}),
        json!({ "gradient_penalty": 10.0 }),
        json!({ "gradient_penalty": 0.0 }),
        json!({ "spectral_norm": true, "gradient_penalty": 0.0 }),
        json!({ "spectral_norm": true }),
        json!({ "feature_matching": 0.5 }),
        json!({ "feature_matching": 0.5, "feature_matching_only": true }),
        json!({ "mmd": 0.5 }),
        json!({ "d_l2": 0.5 }),
        json!({ "unrolled_steps": 2 }),
        json!({ "clip": 0.05 }),
        json!({ "generator_activation": "leaky_relu" }),
        json!({ "discriminator_steps": 2 }),
        json!({ "discriminator_steps": 1 }),
        json!({ "ema_decay": 0.0 }),
        json!({ "conditioning": "concatenation" }),
        json!({ "kl_weight": 0.25 }),
        json!({ "cycle_weight": 2.0, "identity_weight": 3.0 }),
        json!({ "cycle_weight": 0.0, "identity_weight": 0.0 }),
        json!({ "feature_matching": 0.5, "mmd": 0.5, "d_l2": 0.5, "unrolled_steps": 1 }),
        json!({
            "spectral_norm": true, "gradient_penalty": 0.0, "feature_matching": 0.5,
            "feature_matching_only": true, "d_l2": 0.5, "unrolled_steps": 1, "ema_decay": 0.0,
        }),
        json!({ "gradient_penalty": 10.0, "feature_matching": 0.5, "mmd": 0.5, "d_l2": 0.5 }),
        json!({ "clip": 0.05, "mmd": 0.5, "unrolled_steps": 1, "discriminator_steps": 2 }),
        json!({
            "conditioning": "concatenation", "feature_matching": 0.5, "mmd": 0.5,
            "unrolled_steps": 1, "discriminator_steps": 2,
        }),
        json!({ "conditioning": "concatenation", "spectral_norm": true, "ema_decay": 0.0 }),
        json!({
            "cycle_weight": 2.0, "identity_weight": 0.0, "spectral_norm": true,
            "discriminator_steps": 2, "ema_decay": 0.0,
        }),
        json!({ "kl_weight": 3.0, "ema_decay": 0.0 }),
    ]
}

/// Every experiment of one model that the schema allows.
pub fn experiments(model: &str, width: usize, image_size: usize) -> Vec<Experiment> {
    let mut found: Vec<Experiment> = Vec::new();
    for loss in Loss::NAMES {
        for term in terms() {
            let mut settings = json!({
                "model": model, "loss": loss, "width": width,
                "batch_size": 4, "seed": 3, "generator_lr": 0.0003, "discriminator_lr": 0.0003,
                // Large: an optimizer step is then nearly linear in the gradient, and a
                // gradient of nothing but rounding moves nothing.
                "epsilon": 0.1,
            });
            let fields = settings.as_object_mut().unwrap();
            let of: Model = serde_json::from_value(json!(model)).unwrap();
            if !applies("discriminator_lr", of) {
                fields.remove("discriminator_lr");
            }
            if applies("image_size", of) {
                fields.insert("image_size".into(), json!(image_size));
            }
            if applies("latent_dim", of) {
                let latent_dim = if of.has_points() { 2 } else { 6 };
                fields.insert("latent_dim".into(), json!(latent_dim));
            }
            fields.extend(term.as_object().unwrap().clone());
            if let Ok(experiment) = Experiment::from_value(settings)
                && !found.contains(&experiment)
            {
                found.push(experiment);
            }
        }
    }
    found
}

/// A model without any further term, with one update of each network in a step.
pub fn plainest(model: &str, width: usize, image_size: usize) -> Experiment {
    Experiment {
        discriminator_steps: 1,
        ..experiments(model, width, image_size).swap_remove(0)
    }
}
