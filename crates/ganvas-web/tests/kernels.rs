//! Every GPU kernel gives what the CPU gives, whatever the tiles, on the browser's WebGPU.

#![cfg(target_family = "wasm")]

mod agreement;

use agreement::{Comparison, Devices};
use burn::tensor::Device;
use ganvas_web::Session;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Both devices; a session has opened the second.
async fn devices() -> Devices {
    let experiment = js_sys::JSON::parse(r#"{ "dataset": "procedural", "width": 2 }"#).unwrap();
    let session = Session::create("webgpu".into(), experiment).await.unwrap();
    [Device::flex(), session.device()]
}

#[wasm_bindgen_test]
async fn small_stacks_agree() {
    let found = agreement::small_stacks_agree(&devices().await).await;
    found.assert_right();
}

#[wasm_bindgen_test]
async fn networks_agree() {
    let found = agreement::networks_agree(2, &devices().await).await;
    found.assert_right();
}

#[wasm_bindgen_test]
async fn wide_networks_agree() {
    let devices = devices().await;
    for width in [8, 16] {
        agreement::networks_agree(width, &devices)
            .await
            .assert_right();
    }
}

#[wasm_bindgen_test]
async fn gathered_figures_agree() {
    let found = agreement::gathered_figures_agree(&devices().await).await;
    found.assert_right();
}

#[wasm_bindgen_test]
async fn losses_agree() {
    let found = agreement::losses_agree(&devices().await).await;
    found.assert_right();
}

#[wasm_bindgen_test]
async fn adam_agrees_and_leaves_clones_alone() {
    let found = agreement::adam_agrees(&devices().await).await;
    found.assert_right();
}

#[wasm_bindgen_test]
async fn what_is_not_a_number_stays_so() {
    let found = agreement::what_is_not_a_number_stays_so(&devices().await).await;
    found.assert_right();
}

#[wasm_bindgen_test]
async fn networks_keep_what_is_no_number() {
    let found = agreement::networks_keep_what_is_no_number(&devices().await).await;
    found.assert_right();
}

#[wasm_bindgen_test]
async fn slopes_at_zero_agree() {
    let found = agreement::slopes_at_zero_agree(&devices().await).await;
    found.assert_right();
}

/// What is compared above would be nothing if the comparison did not notice.
#[wasm_bindgen_test]
fn a_comparison_notices_what_is_off_missing_or_no_number() {
    let found = |cpu: &[f32], gpu: &[f32]| {
        let mut comparison = Comparison::default();
        comparison.numbers("it", 1e-2, cpu, gpu);
        comparison.numbers("itself", 1e-2, cpu, cpu);
        let Comparison { tried, wrong, .. } = comparison;
        assert_eq!(tried, 2);
        wrong
            .into_iter()
            .map(|wrong| (wrong.what, wrong.off))
            .next()
    };
    assert_eq!(found(&[1.0, -2.0], &[1.01, -1.99]), None);
    let (what, off) = found(&[1.0, -2.0], &[1.0, -1.9]).unwrap();
    assert!((off - 5.0).abs() < 1e-3, "{off}");
    assert_eq!(
        what,
        "it, number 1: -2 on the CPU, -1.9 on the GPU, largest 2"
    );
    assert_eq!(found(&[1.0], &[f32::NAN]).unwrap().1, f64::INFINITY);
    assert_eq!(found(&[1.0, 2.0], &[1.0]).unwrap().1, f64::INFINITY);
    let mut comparison = Comparison::default();
    comparison.claim(|| "this".into(), false);
    assert_eq!(comparison.worst.unwrap().what, "this");
}
