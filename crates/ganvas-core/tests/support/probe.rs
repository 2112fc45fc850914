//! Probes: a large tensor by some of its values and by sums over all of them.

use serde_json::Value;

use super::golden::{assert_tensor_within, get, note, numbers, pattern, shape};

/// Salts of the directions that a tensor is projected on.
const DIRECTIONS: [u32; 2] = [7001, 7002];

/// Compares a tensor with a golden one, whole or as a probe.
pub fn assert_result(what: &str, actual: &[f32], expected: &Value, relative: f64, absolute: f64) {
    match expected.get("projections") {
        Some(_) => assert_probe(what, actual, expected, relative, absolute),
        None => assert_tensor_within(what, actual, expected, relative, absolute),
    }
}

/// Compares a tensor with its probe. Each figure has a yardstick of its own: values that of
/// the largest, sums that of all terms; `absolute` is what every number may be off besides.
pub fn assert_probe(what: &str, actual: &[f32], expected: &Value, relative: f64, absolute: f64) {
    let count: usize = shape(expected).iter().product();
    assert_eq!(actual.len(), count, "{what}: how many numbers");
    let actual: Vec<f64> = actual.iter().map(|v| f64::from(*v)).collect();
    let number = |name| get(expected, name).as_f64().unwrap();
    let (largest, squares) = (number("largest"), number("sum_of_squares"));
    let (all, length) = (count as f64, squares.sqrt());

    let near = |name: &str, actual: f64, expected: f64, yardstick: f64, spread: f64| {
        let difference = (actual - expected).abs();
        if absolute == 0.0 && yardstick > 0.0 {
            note(difference / yardstick);
        }
        let tolerance = relative * yardstick + absolute * spread;
        assert!(
            difference <= tolerance,
            "{what}, {name}: {actual:e}, not {expected:e} ± {tolerance:e}"
        );
    };
    let most = actual.iter().fold(0.0f64, |most, v| most.max(v.abs()));
    near("largest", most, largest, largest, 1.0);
    let places = numbers(get(expected, "places"));
    let values = numbers(get(expected, "values"));
    assert_eq!(places.len(), values.len(), "{what}: values and places");
    for (place, value) in places.into_iter().zip(values) {
        let name = format!("number {place}");
        near(&name, actual[place as usize], value, largest, 1.0);
    }
    let sum = actual.iter().sum();
    near("sum", sum, number("sum"), (all * squares).sqrt(), all);
    let sum_of_squares = actual.iter().map(|v| v * v).sum();
    let spread = 2.0 * all.sqrt() * length + absolute * all;
    near(
        "sum of squares",
        sum_of_squares,
        squares,
        2.0 * squares,
        spread,
    );
    let projections = numbers(get(expected, "projections"));
    assert_eq!(projections.len(), DIRECTIONS.len(), "{what}: projections");
    for (salt, expected) in DIRECTIONS.into_iter().zip(projections) {
        let direction = pattern(salt, count, 1.0, 0.0);
        let terms = actual.iter().zip(&direction);
        let projection = terms.map(|(a, v)| a * f64::from(*v)).sum();
        near("projection", projection, expected, length, all);
    }
}
