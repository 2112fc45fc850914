//! Sessions in a real browser's worker, on the CPU and on WebGPU (a software
//! adapter will do). A missing adapter fails these tests; nothing is skipped.

#![cfg(target_family = "wasm")]

use ganvas_web::{Data, Session, backend_name, validate};
use js_sys::Reflect;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Small enough for an adapter that is emulated on the CPU.
const TINY: &str = r#"{
    "dataset": "procedural", "width": 2, "latent_dim": 8, "batch_size": 4,
    "generator_lr": 0.001, "discriminator_lr": 0.001, "seed": 3
}"#;

fn object(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

fn number(object: &JsValue, name: &str) -> f64 {
    get(object, name)
        .as_f64()
        .unwrap_or_else(|| panic!("{name} is not a number"))
}

fn text(object: &JsValue, name: &str) -> String {
    get(object, name)
        .as_string()
        .unwrap_or_else(|| panic!("{name} is not a string"))
}

async fn open(backend: &str) -> Session {
    Session::create(backend.into(), object(TINY))
        .await
        .unwrap_or_else(|error| panic!("{backend}: {}", text(&error, "message")))
}

/// A whole life of a session; the same for every backend.
async fn trains_samples_and_resumes(backend: &str) {
    let mut session = open(backend).await;
    let about = session.describe().unwrap();
    assert_eq!(text(&about, "backend"), backend);
    assert_eq!(text(&get(&about, "dataset"), "name"), "procedural");
    assert!(!text(&about, "adapter").is_empty());

    assert_eq!(session.train(2, 1e9).await.unwrap(), 2);
    let report = session.report().await.unwrap();
    assert_eq!(number(&report, "step"), 2.0);
    for name in ["d_loss", "g_loss", "d_real", "d_fake"] {
        assert!(number(&report, name).is_finite(), "{name}");
    }

    let grid = session.grid().await.unwrap();
    assert_eq!(grid.len(), 64 * 28 * 28);
    let same = session.grid().await.unwrap();
    assert_eq!(grid, same, "the grid's latents are fixed");
    let sample = session.sample(3, Some(9.0), None, None).await.unwrap();
    assert_eq!(sample.len(), 3 * 28 * 28);

    // Two more steps, from here and from a checkpoint of here, end in the same place.
    let saved = session.save().await.unwrap();
    session.train(2, 1e9).await.unwrap();
    let straight = session.report().await.unwrap();
    let mut resumed = open(backend).await;
    resumed.load(saved).await.unwrap();
    assert_eq!(number(&resumed.describe().unwrap(), "step"), 2.0);
    resumed.train(2, 1e9).await.unwrap();
    let again = resumed.report().await.unwrap();
    for name in ["step", "d_loss", "g_loss"] {
        let (a, b) = (number(&straight, name), number(&again, name));
        // The CPU repeats bit for bit; a GPU may add up in another order.
        let tolerance = if backend == "cpu" { 0.0 } else { 1e-4 };
        assert!((a - b).abs() <= tolerance, "{name}: {a} and {b}");
    }
    assert!(session.device_lost().is_none());
}

#[wasm_bindgen_test]
async fn the_cpu_trains_samples_and_resumes() {
    trains_samples_and_resumes("cpu").await;
}

#[wasm_bindgen_test]
async fn webgpu_trains_samples_and_resumes() {
    trains_samples_and_resumes("webgpu").await;
}

#[wasm_bindgen_test]
async fn both_backends_take_the_same_steps() {
    let mut cpu = open("cpu").await;
    let mut gpu = open("webgpu").await;
    for step in 0..3 {
        let mut reports = Vec::new();
        for session in [&mut cpu, &mut gpu] {
            reports.push(session.step("both".into()).await.unwrap());
        }
        let gradients = ["d_gradient", "g_gradient"];
        for name in ["d_loss", "g_loss", "d_real", "d_fake"]
            .into_iter()
            .chain(gradients)
        {
            let (a, b) = (number(&reports[0], name), number(&reports[1], name));
            assert!(
                (a - b).abs() <= 1e-3 * a.abs().max(1.0),
                "step {step}, {name}: {a} on the CPU, {b} on WebGPU"
            );
        }
    }
    let (a, b) = (cpu.grid().await.unwrap(), gpu.grid().await.unwrap());
    let far = a
        .iter()
        .zip(&b)
        .filter(|(a, b)| a.abs_diff(**b) > 2)
        .count();
    assert!(far * 100 < a.len(), "{far} of {} pixels differ", a.len());
}

#[wasm_bindgen_test]
async fn single_updates_count_as_they_should() {
    let mut session = open("cpu").await;
    let report = session.step("discriminator".into()).await.unwrap();
    assert_eq!(number(&report, "step"), 0.0);
    let report = session.step("generator".into()).await.unwrap();
    assert_eq!(number(&report, "step"), 1.0);
    let error = session.step("sideways".into()).await.unwrap_err();
    assert_eq!(text(&error, "code"), "bad_experiment");
}

#[wasm_bindgen_test]
async fn errors_are_coded_and_leave_the_run_alone() {
    let mut session = open("cpu").await;
    session.train(1, 1e9).await.unwrap();

    let error = session
        .load_dataset("mnist", "file", &[0, 0, 8, 3, 255, 255, 255, 255], None)
        .unwrap_err();
    assert_eq!(text(&error, "code"), "bad_dataset");
    let error = session
        .load(b"not a checkpoint".to_vec())
        .await
        .unwrap_err();
    assert_eq!(text(&error, "code"), "bad_checkpoint");
    let error = session
        .reset(object(r#"{ "batch_size": 0 }"#))
        .await
        .unwrap_err();
    assert_eq!(text(&error, "code"), "bad_experiment");
    assert_eq!(text(&error, "field"), "batch_size");
    let error = session.sample(0, None, None, None).await.unwrap_err();
    assert_eq!(text(&error, "field"), "count");

    assert_eq!(number(&session.report().await.unwrap(), "step"), 1.0);
    session.train(1, 1e9).await.unwrap();
    assert_eq!(number(&session.report().await.unwrap(), "step"), 2.0);
}

#[wasm_bindgen_test]
async fn a_reset_starts_afresh() {
    let mut session = open("cpu").await;
    session.train(1, 1e9).await.unwrap();
    session.reset(object(r#"{ "width": 3 }"#)).await.unwrap();
    let about = session.describe().unwrap();
    assert_eq!(number(&about, "step"), 0.0);
    assert_eq!(number(&get(&about, "experiment"), "width"), 3.0);
    assert_eq!(number(&get(&about, "experiment"), "batch_size"), 4.0);
}

#[wasm_bindgen_test]
async fn either_weights_are_shown_and_the_choice_stays() {
    let mut session = open("cpu").await;
    let shown = |session: &Session| text(&session.describe().unwrap(), "weights");
    assert_eq!(shown(&session), "averaged");
    assert!(
        get(&session.describe().unwrap(), "averaged")
            .as_bool()
            .unwrap()
    );
    session.train(5, 1e9).await.unwrap();
    let averaged = session.grid().await.unwrap();
    session.show_weights("raw").unwrap();
    assert_ne!(session.grid().await.unwrap(), averaged);

    let saved = session.save().await.unwrap();
    session.reset(object(r#"{ "seed": 4 }"#)).await.unwrap();
    assert_eq!(shown(&session), "raw");
    session.load(saved).await.unwrap();
    assert_eq!(shown(&session), "raw");
    session.show_weights("averaged").unwrap();
    assert_eq!(session.grid().await.unwrap(), averaged);

    let error = session.show_weights("best").unwrap_err();
    assert_eq!(text(&error, "field"), "weights");
    session
        .reset(object(r#"{ "ema_decay": 0 }"#))
        .await
        .unwrap();
    let about = session.describe().unwrap();
    assert!(!get(&about, "averaged").as_bool().unwrap());
}

#[wasm_bindgen_test]
async fn pictures_are_as_large_as_their_samples() {
    let mut session = open("cpu").await;
    for (size, side) in [(32, 28), (64, 56)] {
        let changes = format!(r#"{{ "image_size": {size} }}"#);
        session.reset(object(&changes)).await.unwrap();
        assert_eq!(session.picture_side(), side);
        assert_eq!(session.grid().await.unwrap().len(), 64 * side * side);
        assert_eq!(session.real(3).len(), 3 * side * side);
    }
}

#[wasm_bindgen_test]
async fn an_unknown_backend_is_refused() {
    let error = Session::create("quantum".into(), object(TINY))
        .await
        .err()
        .unwrap();
    assert_eq!(text(&error, "code"), "webgpu_unavailable");
}

#[wasm_bindgen_test]
fn an_experiment_is_completed_or_refused() {
    assert_eq!(backend_name(), "both");
    let full = validate(object(r#"{ "seed": 9 }"#)).unwrap();
    assert_eq!(number(&full, "seed"), 9.0);
    assert_eq!(text(&full, "model"), "dcgan");
    let error = validate(object(r#"{ "sneed": 9 }"#)).unwrap_err();
    assert_eq!(text(&error, "field"), "sneed");
}

#[wasm_bindgen_test]
async fn drawn_digits_are_the_same_bytes_as_elsewhere() {
    // FNV-1a over pixels and labels, the number that the native tests pin.
    let (images, labels) = ganvas_core::data::procedural::draw(1000, 42);
    let hash = images
        .pixels
        .iter()
        .chain(&labels)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    assert_eq!(hash, 5_686_029_642_987_854_964);
}

/// A small trained run and what the native code says of it; `tests/metric.rs` of
/// ganvas-core holds the native code to it and says where the tolerance comes from.
const RUN: &[u8] = include_bytes!("../../ganvas-core/tests/evaluation/run.safetensors");
const FIGURES: &str = include_str!("../../ganvas-core/tests/evaluation/figures.json");
const FIGURE: f64 = 1e-3;
/// The file that the site serves beside the module.
const CLASSIFIER: &[u8] = include_bytes!("../../ganvas-core/assets/digit-classifier.safetensors");

/// Ends at once.
fn no_rest() -> js_sys::Function {
    js_sys::Function::new_no_args("")
}

/// The figures of `evaluate()` are those of the native code.
async fn judges_as_the_native_code_does(backend: &str) {
    let golden: Value = serde_json::from_str(FIGURES).unwrap();
    let count = golden["count"].as_u64().unwrap() as usize;
    let mut session = open(backend).await;
    session.use_procedural().unwrap();
    session.load(RUN.to_vec()).await.unwrap();
    let figures = session
        .evaluate(count, CLASSIFIER.to_vec(), no_rest())
        .await
        .unwrap_or_else(|error| panic!("{backend}: {}", text(&error, "message")));
    let figures = js_sys::JSON::stringify(&figures).unwrap();
    let figures: Value = serde_json::from_str(&figures.as_string().unwrap()).unwrap();

    let entries = |value: &Value| value.as_object().unwrap().clone();
    let (figures, expected) = (entries(&figures), entries(&golden["figures"]));
    assert_eq!(figures.len(), expected.len(), "{backend}: {figures:?}");
    for (name, expected) in &expected {
        let actual = &figures[name];
        // The histogram is a list, the dataset's name neither that nor a number.
        let list = |value: &Value| -> Vec<f64> {
            let list = value.as_array().cloned();
            let numbers = list.unwrap_or_else(|| vec![value.clone()]);
            numbers.iter().filter_map(Value::as_f64).collect()
        };
        let (numbers, wanted) = (list(actual), list(expected));
        assert_eq!(numbers.len(), wanted.len(), "{backend}: {name}");
        for (a, e) in numbers.iter().zip(&wanted) {
            assert!(
                (a - e).abs() <= FIGURE * e.abs(),
                "{backend}: {name} is {actual}, not {expected}"
            );
        }
        if wanted.is_empty() {
            assert_eq!(actual, expected, "{backend}: {name}");
        }
    }
}

#[wasm_bindgen_test]
async fn the_cpu_judges_as_the_native_code_does() {
    judges_as_the_native_code_does("cpu").await;
}

#[wasm_bindgen_test]
async fn webgpu_judges_as_the_native_code_does() {
    judges_as_the_native_code_does("webgpu").await;
}

/// A run on the plane.
const PLANE: &str = r#"{ "model": "plane", "width": 8, "batch_size": 16, "seed": 3 }"#;
const SEEN: &str = r#"{ "points": 40, "field": 6, "lattice": 3 }"#;

/// A typed array of a frame.
fn floats(frame: &JsValue, name: &str) -> Vec<f32> {
    js_sys::Float32Array::from(get(frame, name)).to_vec()
}

/// Both backends show the same plane after the same steps, and each arrow is the slope of
/// the generator's loss: of −log σ(D) it is (1 − σ(D)) ∇D.
#[wasm_bindgen_test]
async fn both_backends_show_the_same_plane() {
    let mut frames = Vec::new();
    for backend in ["cpu", "webgpu"] {
        let mut session = Session::create(backend.into(), object(PLANE))
            .await
            .unwrap();
        session.train(20, 1e9).await.unwrap();
        let frame = session.plane_frame(object(SEEN)).await.unwrap();
        assert_eq!(number(&frame, "step"), 20.0);
        assert_eq!(
            (number(&frame, "extent"), number(&frame, "latent_dim")),
            (3.0, 2.0)
        );
        assert_eq!(text(&frame, "reading"), "probability");
        let metrics = get(&frame, "metrics");
        assert_eq!(number(&metrics, "modes_of"), 8.0);
        assert!((0.0..=1.0).contains(&number(&metrics, "good")));
        let judged = session.evaluate_plane(200).await.unwrap();
        assert!(number(&judged, "js") > number(&judged, "js_floor"));
        frames.push(frame);
    }
    for (name, length) in [
        ("real", 80),
        ("fake", 80),
        ("outputs", 40),
        ("pull", 80),
        ("field", 36),
        ("lattice", 32),
    ] {
        let [on_cpu, on_gpu] = [&frames[0], &frames[1]].map(|frame| floats(frame, name));
        assert_eq!((on_cpu.len(), on_gpu.len()), (length, length), "{name}");
        for (a, b) in on_cpu.iter().zip(&on_gpu) {
            assert!(
                (a - b).abs() <= 2e-3 * a.abs().max(0.1),
                "{name}: {a} and {b}"
            );
        }
        assert!(on_cpu.iter().any(|value| value.abs() > 1e-4), "{name}");
    }
}

#[wasm_bindgen_test]
async fn the_plane_has_its_own_data_and_refuses_pictures() {
    let mut session = open("cpu").await;
    // To the plane and back, from one session.
    let changes = object(r#"{ "model": "plane", "width": 8, "batch_size": 16 }"#);
    session.reset(changes).await.unwrap();
    let about = session.describe().unwrap();
    assert_eq!(text(&get(&about, "dataset"), "name"), "ring");
    assert_eq!(text(&get(&about, "experiment"), "dataset"), "ring");
    let error = session.grid().await.unwrap_err();
    assert_eq!(
        (text(&error, "code"), text(&error, "field")),
        ("bad_experiment".into(), "model".into())
    );
    assert!(session.real(3).is_empty());
    let error = session
        .plane_frame(object(r#"{ "points": 5000, "field": 6, "lattice": 3 }"#))
        .await
        .unwrap_err();
    assert_eq!(text(&error, "field"), "points");

    // What the reader draws is in the experiment, and so in links and files.
    let data = Data::from_points("points", &[-1.0, 0.0, 1.0, 0.5, 0.0, 2.0]).unwrap();
    let drawing = data.drawing();
    assert_eq!(drawing.len(), 9);
    session.use_data(&data).unwrap();
    let experiment = session.experiment().unwrap();
    assert_eq!(text(&experiment, "dataset"), "points");
    assert_eq!(text(&experiment, "drawing"), drawing);
    session.train(2, 1e9).await.unwrap();
    let saved = session.save().await.unwrap();
    for bad in [&[1.0][..], &[], &[1.0, f32::NAN, 0.0, 0.0], &[0.0, 1.0]] {
        let error = Data::from_points("points", bad).err().unwrap();
        assert_eq!(text(&error, "code"), "bad_dataset");
    }
    assert_eq!(
        text(&Data::of_plane("mnist", "").err().unwrap(), "code"),
        "bad_dataset"
    );

    session
        .reset(object(r#"{ "model": "dcgan", "width": 2 }"#))
        .await
        .unwrap();
    let about = session.describe().unwrap();
    assert_eq!(text(&get(&about, "dataset"), "name"), "procedural");
    assert_eq!(session.grid().await.unwrap().len(), 64 * 28 * 28);
    let error = session.use_data(&data).unwrap_err();
    assert_eq!(text(&error, "code"), "bad_dataset");
    assert_eq!(
        text(
            &session.plane_frame(object(SEEN)).await.unwrap_err(),
            "field"
        ),
        "model"
    );

    session.load(saved).await.unwrap();
    let experiment = session.experiment().unwrap();
    assert_eq!(text(&experiment, "drawing"), drawing);
    assert_eq!(number(&session.describe().unwrap(), "step"), 2.0);
}

/// How many parts a look had, and what it found.
async fn verdict_of(session: &mut Session) -> (usize, JsValue) {
    for parts in 1..=100 {
        let verdict = session.judge(false).await.unwrap();
        if !verdict.is_undefined() {
            return (parts, verdict);
        }
    }
    panic!("no verdict after a hundred parts");
}

/// Some parts of a look.
async fn begin_look(session: &mut Session) {
    for _ in 0..2 {
        assert!(session.judge(false).await.unwrap().is_undefined());
    }
}

/// The judge that goes along tells what `evaluate` does of as many images, and a run that is
/// tuned goes on from the same step.
async fn is_judged_and_tuned(backend: &str) {
    let changes = r#"{ "loss": "hinge", "generator_lr": 0.002 }"#;
    let mut session = open(backend).await;
    session.use_procedural().unwrap();
    session.train(2, 1e9).await.unwrap();
    assert!(!session.has_judge());
    let early = session.judge(false).await.unwrap_err();
    assert_eq!(text(&early, "code"), "internal");
    session.load_judge(CLASSIFIER.to_vec()).unwrap();
    let (parts, _) = verdict_of(&mut session).await;
    let (fewer, verdict) = verdict_of(&mut session).await;
    assert!(
        1 < fewer && fewer < parts,
        "{backend}: {parts} parts, then {fewer}"
    );
    assert_eq!(number(&verdict, "step"), 2.0);
    let count = number(&verdict, "count") as usize;
    let figures = session
        .evaluate(count, CLASSIFIER.to_vec(), no_rest())
        .await
        .unwrap();
    for name in ["frechet_distance", "frechet_floor", "confidence", "modes"] {
        let (a, b) = (number(&verdict, name), number(&figures, name));
        let tolerance = if backend == "cpu" {
            0.0
        } else {
            1e-3 * b.abs()
        };
        assert!((a - b).abs() <= tolerance, "{backend}, {name}: {a} and {b}");
    }

    // Each of these gives up the look that is under way, for one at what is now.
    begin_look(&mut session).await;
    session.show_weights("raw").unwrap();
    assert_eq!(verdict_of(&mut session).await.0, fewer, "{backend}");
    session.show_weights("averaged").unwrap();
    begin_look(&mut session).await;
    session.train(1, 1e9).await.unwrap();
    assert!(session.judge(true).await.unwrap().is_undefined());
    let (rest, verdict) = verdict_of(&mut session).await;
    assert_eq!(
        (rest, number(&verdict, "step")),
        (fewer - 1, 3.0),
        "{backend}"
    );
    begin_look(&mut session).await;
    session.forget_look();
    assert_eq!(verdict_of(&mut session).await.0, fewer, "{backend}");

    begin_look(&mut session).await;
    session.tune(object(changes)).unwrap();
    assert_eq!(verdict_of(&mut session).await.0, fewer, "{backend}");
    let about = session.describe().unwrap();
    assert_eq!(number(&about, "step"), 3.0);
    assert_eq!(text(&get(&about, "experiment"), "loss"), "hinge");
    let refused = session.tune(object(r#"{ "width": 3 }"#)).unwrap_err();
    assert_eq!(text(&refused, "field"), "width");
    session.train(1, 1e9).await.unwrap();
    assert_eq!(number(&session.report().await.unwrap(), "step"), 4.0);

    begin_look(&mut session).await;
    session.reset(object("{}")).await.unwrap();
    session.train(1, 1e9).await.unwrap();
    let (parts, verdict) = verdict_of(&mut session).await;
    assert_eq!((parts, number(&verdict, "step")), (fewer, 1.0), "{backend}");
}

#[wasm_bindgen_test]
async fn the_cpu_is_judged_and_tuned() {
    is_judged_and_tuned("cpu").await;
}

#[wasm_bindgen_test]
async fn webgpu_is_judged_and_tuned() {
    is_judged_and_tuned("webgpu").await;
}

/// Such an allocation ends a module by an instruction that says nothing.
#[wasm_bindgen_test]
fn an_allocation_that_fails_is_remembered() {
    let most = isize::MAX as usize - 64;
    let mut held: Vec<Vec<u8>> = Vec::new();
    let failed = (0..3).any(|_| {
        let mut bytes = Vec::new();
        let outcome = bytes.try_reserve_exact(most);
        held.push(bytes);
        outcome.is_err()
    });
    assert!(failed, "more than the module can have");
    assert!(ganvas_web::last_panic().unwrap().contains("out of memory"));
}
