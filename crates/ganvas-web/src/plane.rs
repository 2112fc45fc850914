//! A frame of the plane as JavaScript gets it: its numbers as typed arrays, which can be handed
//! to the page without a copy.

use ganvas_core::PlaneFrame;
use ganvas_core::experiment::Reading;
use js_sys::{Float32Array, Object, Reflect};
use wasm_bindgen::JsValue;

/// The frame as an object of the type `PlaneFrame`.
pub(crate) fn to_js(frame: &PlaneFrame) -> Result<JsValue, JsValue> {
    let metrics = Object::new();
    put(&metrics, "js", frame.js)?;
    if let Some(coverage) = &frame.coverage {
        put(&metrics, "modes", coverage.modes as f64)?;
        put(&metrics, "modes_of", coverage.modes_of as f64)?;
        put(&metrics, "good", coverage.good)?;
    }
    let reading = match frame.reading {
        Reading::Probability => "probability",
        Reading::OneOrZero | Reading::Higher => "score",
    };
    let object = Object::new();
    put(&object, "step", frame.step as f64)?;
    put(&object, "extent", frame.extent)?;
    put(&object, "reading", reading)?;
    put(&object, "latent_dim", frame.latent_dim as f64)?;
    for (name, values) in [
        ("real", &frame.real),
        ("fake", &frame.fake),
        ("outputs", &frame.outputs),
        ("pull", &frame.pull),
        ("field", &frame.field),
        ("lattice", &frame.lattice),
    ] {
        put(&object, name, Float32Array::from(values.as_slice()))?;
    }
    put(&object, "metrics", metrics)?;
    Ok(object.into())
}

fn put(object: &Object, name: &str, value: impl Into<JsValue>) -> Result<(), JsValue> {
    Reflect::set(object, &name.into(), &value.into()).map(|_| ())
}
