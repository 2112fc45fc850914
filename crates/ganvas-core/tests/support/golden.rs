//! Golden files: numbers of the reference implementation in `tools/`.

use std::cell::Cell;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::Value;

/// Largest difference allowed, relative to the largest entry of an array.
///
/// Single precision is good for 3e-5 here (`float32_noise` in the files).
pub const RELATIVE: f64 = 1e-4;
/// Added to every tolerance: entries that are zero but for rounding.
const ABSOLUTE: f64 = 1e-7;

thread_local! {
    /// The largest difference seen by this test, relative to the largest entry of its array.
    static WORST: Cell<f64> = const { Cell::new(0.0) };
}

/// Remembers a relative difference.
pub fn note(difference: f64) {
    WORST.with(|worst| worst.set(worst.get().max(difference)));
}

/// Prints how close a test came; shown with `--nocapture`.
pub fn print_worst(what: &str) {
    println!(
        "{what}: largest relative error {:.1e}",
        WORST.with(Cell::get)
    );
}

/// The file `tests/golden/{name}.json`.
pub fn file(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// The named part of an object that has to have it.
pub fn get<'a>(value: &'a Value, name: &str) -> &'a Value {
    value
        .get(name)
        .unwrap_or_else(|| panic!("no {name:?} in the golden file"))
}

/// An object's entries.
pub fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.as_object().expect("an object in the golden file");
    object.iter().map(|(name, value)| (name.as_str(), value))
}

/// A list of numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list in the golden file");
    list.iter().map(|number| number.as_f64().unwrap()).collect()
}

/// The shape of a tensor.
pub fn shape(value: &Value) -> Vec<usize> {
    numbers(get(value, "shape"))
        .into_iter()
        .map(|length| length as usize)
        .collect()
}

/// All values of a tensor that is given whole, as data or as a pattern.
pub fn values(value: &Value) -> Vec<f32> {
    if let Some(data) = value.get("data") {
        return numbers(data)
            .into_iter()
            .map(|number| number as f32)
            .collect();
    }
    let parameter = |name| get(get(value, "pattern"), name).as_f64().unwrap();
    pattern(
        parameter("salt") as u32,
        shape(value).iter().product(),
        parameter("scale") as f32,
        parameter("offset") as f32,
    )
}

/// The values that the file has of a tensor, each with its flat index: all, or every
/// so-manieth.
pub fn places(value: &Value) -> Vec<(usize, f64)> {
    let (some, stride) = match value.get("values") {
        Some(some) => (some, get(value, "stride").as_u64().unwrap() as usize),
        None => (get(value, "data"), 1),
    };
    let some = numbers(some).into_iter().enumerate();
    some.map(|(index, number)| (index * stride, number))
        .collect()
}

/// A whole tensor as `[a, b, c, d]`; what has fewer axes gets axes of length 1 behind.
pub fn tensor(value: &Value, device: &Device) -> Tensor<4> {
    let mut shape = shape(value);
    shape.resize(4, 1);
    Tensor::from_data(TensorData::new(values(value), shape), device)
}

/// The reference implementation's one formula for inputs.
pub fn pattern(salt: u32, count: usize, scale: f32, offset: f32) -> Vec<f32> {
    (0..count as u32)
        .map(|index| {
            let mut h = index
                .wrapping_mul(2_654_435_761)
                .wrapping_add(salt.wrapping_mul(2_246_822_519));
            h = (h ^ (h >> 16)).wrapping_mul(0x85EB_CA6B);
            h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
            h ^= h >> 16;
            let unit = (h >> 8) as f32 / 16_777_216.0 - 0.5;
            unit * scale + offset
        })
        .collect()
}

/// Numbers of a tensor of any shape, row-major.
pub fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

/// Compares a lone number, relative to itself; `absolute` is for what remains of larger
/// numbers that cancel, and has the size of their rounding.
pub fn assert_number(what: &str, actual: f64, expected: f64, relative: f64, absolute: f64) {
    let tolerance = relative * expected.abs() + absolute;
    let difference = (actual - expected).abs();
    note((difference - absolute).max(0.0) / expected.abs().max(1e-6));
    assert!(
        difference <= tolerance,
        "{what}: {actual}, not {expected} ± {tolerance:e}"
    );
}

/// Compares a tensor with golden values in any form, relative to the largest of them.
pub fn assert_tensor(what: &str, actual: &[f32], expected: &Value, relative: f64) {
    assert_tensor_within(what, actual, expected, relative, 0.0);
}

/// As [`assert_tensor`], with an absolute tolerance on top.
pub fn assert_tensor_within(
    what: &str,
    actual: &[f32],
    expected: &Value,
    relative: f64,
    absolute: f64,
) {
    let count: usize = shape(expected).iter().product();
    assert_eq!(actual.len(), count, "{what}: how many numbers");
    match expected.get("values") {
        None => {
            let expected: Vec<f64> = match expected.get("data") {
                Some(data) => numbers(data),
                None => values(expected).into_iter().map(f64::from).collect(),
            };
            assert_slice(what, actual, &expected, relative, absolute);
        }
        Some(some) => {
            let stride = get(expected, "stride").as_u64().unwrap() as usize;
            let picked: Vec<f32> = actual.iter().copied().step_by(stride).collect();
            let some = numbers(some);
            assert!(picked.len() >= some.len(), "{what}: too few numbers");
            assert_slice(what, &picked[..some.len()], &some, relative, absolute);
            assert_sums(what, actual, expected, relative, absolute);
        }
    }
}

/// Compares numbers one by one, relative to the largest expected one.
pub fn assert_slice(what: &str, actual: &[f32], expected: &[f64], relative: f64, absolute: f64) {
    assert_eq!(actual.len(), expected.len(), "{what}: how many numbers");
    let largest = expected.iter().fold(0.0f64, |most, v| most.max(v.abs()));
    let tolerance = relative * largest + absolute + ABSOLUTE;
    if largest > 1e-6 && absolute == 0.0 {
        let pairs = actual.iter().zip(expected);
        let most = pairs.fold(0.0f64, |most, (a, e)| most.max((f64::from(*a) - e).abs()));
        note(most / largest);
    }
    for (index, (a, e)) in actual.iter().zip(expected).enumerate() {
        let difference = (f64::from(*a) - e).abs();
        assert!(
            difference <= tolerance,
            "{what}, number {index}: {a}, not {e} ± {tolerance:e}"
        );
    }
}

/// The sums over all numbers. They cancel, so the tolerance is that of the terms.
fn assert_sums(what: &str, actual: &[f32], expected: &Value, relative: f64, absolute: f64) {
    let actual: Vec<f64> = actual.iter().map(|v| f64::from(*v)).collect();
    let squares: f64 = actual.iter().map(|v| v * v).sum();
    let size: f64 = actual.iter().map(|v| v.abs()).sum();
    let spread = (absolute + ABSOLUTE) * actual.len() as f64;
    for (name, sum, tolerance) in [
        ("sum", actual.iter().sum::<f64>(), relative * size + spread),
        (
            "sum_of_squares",
            squares,
            2.0 * (relative * squares + (absolute + ABSOLUTE) * size),
        ),
    ] {
        let expected = get(expected, name).as_f64().unwrap();
        assert!(
            (sum - expected).abs() <= tolerance,
            "{what}, {name}: {sum}, not {expected} ± {tolerance:e}"
        );
    }
}
