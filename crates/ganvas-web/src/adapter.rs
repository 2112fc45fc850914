//! What the browser calls its GPU. wgpu passes on the description alone, which browsers
//! leave empty to keep readers hard to tell apart; vendor and architecture they do give.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A question that the browser answers while a device is opened.
pub(crate) struct Question(Option<Promise>);

/// Asks for the adapter that a device with the same preference comes from.
pub(crate) fn ask() -> Question {
    Question(request().ok())
}

impl Question {
    /// "nvidia ada-lovelace", "apple metal-3", "google swiftshader"; none where the browser
    /// tells nothing.
    pub(crate) async fn answer(self) -> Option<String> {
        let adapter = JsFuture::from(self.0?).await.ok()?;
        let info = get(&adapter, "info").ok()?;
        let text = |field: &str| {
            let value = get(&info, field).ok()?.as_string()?;
            let value = value.trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        // A description says it all, where there is one.
        let name = text("description").or_else(|| {
            let parts: Vec<_> = ["vendor", "architecture"]
                .into_iter()
                .filter_map(text)
                .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        });
        // It is shown on the page.
        name.map(|name| name.chars().take(80).collect())
    }
}

fn request() -> Result<Promise, JsValue> {
    let gpu = get(&get(&js_sys::global(), "navigator")?, "gpu")?;
    let options = Object::new();
    Reflect::set(
        &options,
        &"powerPreference".into(),
        &"high-performance".into(),
    )?;
    let request: Function = get(&gpu, "requestAdapter")?.dyn_into()?;
    request.call1(&gpu, &options)?.dyn_into()
}

fn get(object: &JsValue, field: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &field.into())
}
