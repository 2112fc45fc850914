//! Values and errors across the boundary.

use ganvas_core::{Error, ErrorCode};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// A JavaScript `Error` with the properties `code` and, where known, `field`.
pub(crate) fn throw(error: Error) -> JsValue {
    let thrown = js_sys::Error::new(error.message());
    set(&thrown, "code", error.code().as_str());
    if let Some(field) = error.field() {
        set(&thrown, "field", field);
    }
    thrown.into()
}

fn set(target: &js_sys::Error, name: &str, value: &str) {
    // Setting a property of a fresh Error cannot fail; if it did, the message would still be there.
    let _ = js_sys::Reflect::set(target, &name.into(), &value.into());
}

/// A plain JavaScript object (never a `Map`); bytes are a `Uint8Array`.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer =
        serde_wasm_bindgen::Serializer::json_compatible().serialize_bytes_as_arrays(false);
    value
        .serialize(&serializer)
        .map_err(|error| throw(Error::internal(error.to_string())))
}

/// JSON from a plain JavaScript object.
pub(crate) fn from_js(value: JsValue) -> Result<serde_json::Value, JsValue> {
    if value.is_undefined() {
        return Ok(serde_json::Value::Object(serde_json::Map::new()));
    }
    // Through JSON text: numbers keep the meaning they have in a URL or a file,
    // so 32 is a whole number whatever JavaScript calls it.
    js_sys::JSON::stringify(&value)
        .ok()
        .and_then(|text| text.as_string())
        .and_then(|text| serde_json::from_str(&text).ok())
        .ok_or_else(|| {
            throw(Error::new(
                ErrorCode::BadExperiment,
                "an experiment is a plain object",
            ))
        })
}
