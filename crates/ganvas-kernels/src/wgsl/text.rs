//! Pieces of WGSL that several kernels share.

use crate::stack::Activation;

/// Declares storage buffers `names` (with their element types) at bindings 0, 1, …
/// and `info` after them.
///
/// All are `read_write`: burn's allocator may place two tensors in one buffer,
/// and WebGPU refuses a buffer that is bound for reading and for writing at once.
/// `info` holds 64-bit words; the low halves are the even elements.
pub(super) fn bindings(buffers: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (index, (name, element)) in buffers.iter().enumerate() {
        text += &format!(
            "@group(0) @binding({index}) var<storage, read_write> {name}: array<{element}>;\n"
        );
    }
    text += &format!(
        "@group(0) @binding({}) var<storage, read> info: array<u32>;\n",
        buffers.len()
    );
    text
}

/// Names for the words of `info` that follow the first `before`.
pub(super) fn constants(before: usize, names: &[&str]) -> String {
    (before..)
        .zip(names)
        .map(|(index, name)| format!("    let {name} = info[{}];\n", 2 * index))
        .collect()
}

/// Where a thread of a (transposed) convolution is: four neighbouring columns from `column` on
/// in row `r` of image `n`, output channels from `o` on. `height` and `columns` are those of the
/// smaller image, in vectors of four; both kernels bring their sizes in this order.
pub(super) fn four_columns(tile: usize) -> String {
    let names = [
        "channels",
        "outputs",
        "height",
        "columns",
        "weight_at",
        "bias_at",
    ];
    format!(
        "{constants}    let t = id.x;
    if (t >= info[0] * height * columns) {{ return; }}
    let column = t % columns;
    let r = (t / columns) % height;
    let n = t / (height * columns);
    let o = group.y * {tile}u;
    let left_edge = column == 0u;
    let right_edge = column == columns - 1u;
",
        constants = constants(1, &names),
    )
}

/// The statement that ends a linear map: `y[at]` becomes the activation of `value`, times
/// the derivative of the activation whose output is `gate[at]`.
pub(super) fn store(
    activation: Activation,
    gate: Option<Activation>,
    value: &str,
    at: &str,
    vector: bool,
) -> String {
    let value = activate(activation, value, vector);
    match gate.and_then(|gate| derivative(gate, &format!("gate[{at}]"), vector)) {
        Some(slope) => format!("    y[{at}] = {value} * {slope};\n"),
        None => format!("    y[{at}] = {value};\n"),
    }
}

/// The activation of `value`, a variable or element of type f32 or vec4f.
pub(super) fn activate(activation: Activation, value: &str, vector: bool) -> String {
    match activation {
        Activation::Identity => value.to_owned(),
        // max(x, 0) would be 0 where x is not a number, and hide a run that has diverged.
        Activation::Relu if vector => {
            format!("select({value}, vec4f(), {value} < vec4f())")
        }
        Activation::Relu => format!("select({value}, 0.0, {value} < 0.0)"),
        Activation::LeakyRelu(slope) if vector => format!(
            "select({value} * {slope}, {value}, {value} > vec4f())",
            slope = literal(slope)
        ),
        Activation::LeakyRelu(slope) => format!(
            "select({value} * {slope}, {value}, {value} > 0.0)",
            slope = literal(slope)
        ),
        // Some drivers compute tanh from exponentials that overflow.
        Activation::Tanh if vector => {
            format!("tanh(clamp({value}, vec4f(-15.0), vec4f(15.0)))")
        }
        Activation::Tanh => format!("tanh(clamp({value}, -15.0, 15.0))"),
    }
}

/// The activation's derivative, from its output `y`, an expression without side effects.
pub(super) fn derivative(activation: Activation, y: &str, vector: bool) -> Option<String> {
    let (zero, one) = if vector {
        ("vec4f()", "vec4f(1.0)")
    } else {
        ("0.0", "1.0")
    };
    match activation {
        Activation::Identity => None,
        Activation::Relu => Some(format!("select({zero}, {one}, {y} > {zero})")),
        Activation::LeakyRelu(slope) => {
            let slope = literal(slope);
            let slope = if vector {
                format!("vec4f({slope})")
            } else {
                slope
            };
            Some(format!("select({slope}, {one}, {y} > {zero})"))
        }
        Activation::Tanh => Some(format!("({one} - {y} * {y})")),
    }
}

/// A float as WGSL spells it.
pub(super) fn literal(value: f32) -> String {
    format!("{value:?}")
}

/// `f32` or `vec4f`.
pub(super) fn element(vector: bool) -> &'static str {
    if vector { "vec4f" } else { "f32" }
}
