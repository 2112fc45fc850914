//! Shaders from files of WGSL with a few additions.
//!
//! - `$name` is a value. A name has letters only.
//! - `#for name in count` … `#end` repeats the lines between, `$name` being 0, 1, ….
//! - `#if name` … `#else` … `#end` keeps one part, by whether the value is above 0.
//!
//! Accumulators of a tile become variables of their own in this way, which every compiler
//! keeps in registers; of an array that is indexed in a loop, some do not. They are stored from
//! an array in a loop all the same: a store with its bias, activation and gate is much text, and
//! to compile it once instead of for each variable saves a tenth of all compilation.
//!
//! In front of the file's text stand its buffers, its constants, and the functions of an
//! activation where it calls them.

use std::collections::HashMap;

use super::activation::Slope;
use crate::stack::{Activation, Window};

/// A shader that is being put together.
pub struct Shader {
    buffers: String,
    constants: String,
    functions: Vec<String>,
    bodies: Vec<&'static str>,
    values: Values,
}

impl Shader {
    /// From the text of a file, with storage buffers (names and types of their elements)
    /// at bindings 0, 1, … and `info` after them.
    ///
    /// All are `read_write`: burn's allocator may place two tensors in one buffer,
    /// and WebGPU refuses a buffer that is bound for reading and for writing at once.
    /// `info` holds 64-bit words; the low halves are `info[…].x`.
    pub fn of(body: &'static str, buffers: &[(&str, &str)]) -> Self {
        let mut text = String::new();
        for (index, (name, element)) in buffers.iter().enumerate() {
            text += &format!(
                "@group(0) @binding({index}) var<storage, read_write> {name}: array<{element}>;\n"
            );
        }
        text += &format!(
            "@group(0) @binding({}) var<storage, read> info: array<vec2u>;\n",
            buffers.len()
        );
        Self {
            buffers: text,
            constants: String::new(),
            functions: Vec::new(),
            bodies: vec![body],
            values: HashMap::new(),
        }
    }

    /// A value for `$name`, `#for` and `#if`.
    pub fn set(mut self, name: &'static str, value: usize) -> Self {
        self.values.insert(name, value);
        self
    }

    /// `const name = …u;`
    pub fn constant(mut self, name: &str, value: usize) -> Self {
        self.constants += &format!("const {name} = {value}u;\n");
        self
    }

    /// Threads of a workgroup: `$threads`, and the constant `threads`.
    pub fn threads(self, threads: u32) -> Self {
        let threads = threads as usize;
        self.set("threads", threads).constant("threads", threads)
    }

    /// Kernel, stride and padding as signed constants.
    pub fn window(mut self, window: Window) -> Self {
        let Window {
            kernel,
            stride,
            padding,
        } = window;
        for (name, value) in [("kernel", kernel), ("stride", stride), ("padding", padding)] {
            self.constants += &format!("const {name} = {value}i;\n");
        }
        self
    }

    /// `const name: f32 = …;`
    pub fn number(mut self, name: &str, value: f32) -> Self {
        self.constants += &format!("const {name}: f32 = {value:?};\n");
        self
    }

    /// The function `name(x)`: the activation of numbers of type `kind`, `f32` or `vec4f`.
    pub fn activation(self, name: &str, activation: Slope, kind: &str) -> Self {
        let body = match activation.0 {
            Activation::Identity => "return x;".to_owned(),
            // max(x, 0) would be 0 where x is not a number, and hide a run that has diverged.
            Activation::Relu => format!("return select(x, {kind}(), x <= {kind}());"),
            Activation::LeakyRelu(slope) => {
                format!("return select({slope:?} * x, x, x > {kind}());")
            }
            // Some drivers compute tanh from exponentials that overflow, hence the limit;
            // and some make a number of a NaN, hence the last choice.
            Activation::Tanh => format!(
                "let above = select(x, {kind}(15.0), x > {kind}(15.0));
    let t = select(above, {kind}(-15.0), above < {kind}(-15.0));
    return select(t, tanh(t), abs(t) <= {kind}(15.0));"
            ),
        };
        self.function(name, "x", kind, &body)
    }

    /// The function `name(y)`: the derivative of the activation whose value is y.
    pub fn slope(self, name: &str, activation: Slope, kind: &str) -> Self {
        let by_sign = |below: f32| {
            format!(
                "let known = select(y, {kind}({below:?}), y <= {kind}());
    return select(known, {kind}(1.0), y > {kind}());"
            )
        };
        let body = match activation.0 {
            Activation::Identity => format!("return {kind}(1.0);"),
            Activation::Relu => by_sign(0.0),
            Activation::LeakyRelu(slope) => by_sign(slope),
            Activation::Tanh => format!("return {kind}(1.0) - y * y;"),
        };
        self.function(name, "y", kind, &body)
    }

    /// The function `put(at, value)`, which ends a linear map: `output[at]` becomes the
    /// activation of the value, times the derivative of the activation whose value is
    /// `gate[at]`, if there is a gate.
    pub fn put(self, output: &str, activation: Slope, gate: Option<Slope>, kind: &str) -> Self {
        let with_activation = self.activation("activate", activation, kind);
        let (mut shader, gated) = match gate {
            Some(gate) => (
                with_activation.slope("slope", gate, kind),
                " * slope(gate[at])",
            ),
            None => (with_activation, ""),
        };
        shader.functions.push(format!(
            "\
fn put(at: u32, value: {kind}) {{
    {output}[at] = activate(value){gated};
}}
"
        ));
        shader
    }

    /// The function `parameter(i)`: a number of `buffer`, which holds vectors of four or not.
    pub fn parameter(self, buffer: &str, vector: bool) -> Self {
        let place = if vector { "[i / 4][i % 4]" } else { "[i]" };
        self.verbatim(&format!(
            "\
fn parameter(i: u32) -> f32 {{
    return {buffer}{place};
}}
"
        ))
    }

    /// Another file, of functions that the first one calls.
    pub fn with(mut self, functions: &'static str) -> Self {
        self.bodies.push(functions);
        self
    }

    /// WGSL as it is.
    pub fn verbatim(mut self, text: &str) -> Self {
        self.functions.push(text.to_owned());
        self
    }

    /// `alias Number = …;` and the function `flat`, which sums the parts of one: a vector
    /// of four, or a single number.
    pub fn numbers(mut self, vector: bool) -> Self {
        let (kind, sum) = if vector {
            ("vec4f", "dot(x, vec4f(1.0))")
        } else {
            ("f32", "x")
        };
        self.functions.push(format!(
            "\
alias Number = {kind};

fn flat(x: Number) -> f32 {{
    return {sum};
}}
"
        ));
        self
    }

    fn function(mut self, name: &str, argument: &str, kind: &str, body: &str) -> Self {
        self.functions.push(format!(
            "\
fn {name}({argument}: {kind}) -> {kind} {{
    {body}
}}
"
        ));
        self
    }

    /// The text.
    pub fn build(self) -> String {
        let mut parts = vec![self.buffers, self.constants];
        parts.extend(self.functions);
        for body in self.bodies {
            let lines: Vec<&str> = body.lines().collect();
            let mut text = String::new();
            expand(&lines, &self.values, &mut text);
            parts.push(text);
        }
        parts.retain(|part| !part.is_empty());
        parts.join("\n")
    }
}

type Values = HashMap<&'static str, usize>;

/// Writes `lines` to `text` with their repetitions, choices and values.
fn expand(lines: &[&'static str], values: &Values, text: &mut String) {
    let mut rest = lines;
    while let [line, after @ ..] = rest {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["#for", name, "in", count] => {
                let [body, _, after] = block(after);
                let count = count.parse().unwrap_or_else(|_| value(values, count));
                for index in 0..count {
                    let mut values = values.clone();
                    values.insert(name, index);
                    expand(body, &values, text);
                }
                rest = after;
            }
            ["#if", name] => {
                let [body, otherwise, after] = block(after);
                let chosen = value(values, name) > 0;
                expand(if chosen { body } else { otherwise }, values, text);
                rest = after;
            }
            _ => {
                fill(line, values, text);
                rest = after;
            }
        }
    }
}

/// The lines up to `#else`, those up to the `#end` that belongs to them, and the rest.
fn block<'a>(lines: &'a [&'static str]) -> [&'a [&'static str]; 3] {
    let (mut depth, mut turn) = (0, None);
    for (index, line) in lines.iter().enumerate() {
        match line.split_whitespace().next() {
            Some("#for" | "#if") => depth += 1,
            Some("#else") if depth == 0 => turn = Some(index),
            Some("#end") if depth == 0 => {
                let (body, otherwise) = match turn {
                    Some(turn) => (&lines[..turn], &lines[turn + 1..index]),
                    None => (&lines[..index], &lines[..0]),
                };
                return [body, otherwise, &lines[index + 1..]];
            }
            Some("#end") => depth -= 1,
            _ => {}
        }
    }
    panic!("a block of a shader has no end");
}

/// One line with its values.
fn fill(line: &'static str, values: &Values, text: &mut String) {
    let mut pieces = line.split('$');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_ascii_alphabetic());
        let (name, rest) = piece.split_at(end.unwrap_or(piece.len()));
        text.push_str(&value(values, name).to_string());
        text.push_str(rest);
    }
    text.push('\n');
}

fn value(values: &Values, name: &str) -> usize {
    match values.get(name) {
        Some(value) => *value,
        None => panic!("nobody has set {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Shader;

    #[test]
    fn lines_are_repeated_chosen_and_filled() {
        let body = "\
#for o in tile
    var y$o = 0.0;
#for a in 2
    y$o += x[$a * $tile];
#end
#end
#if bias
    with
#else
    without
#end
end";
        let text = |bias| {
            let shader = Shader::of(body, &[("x", "f32")]);
            shader.set("tile", 2).set("bias", bias).build()
        };
        let head = "\
@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@group(0) @binding(1) var<storage, read> info: array<vec2u>;

";
        let tiles = "    var y0 = 0.0;
    y0 += x[0 * 2];
    y0 += x[1 * 2];
    var y1 = 0.0;
    y1 += x[0 * 2];
    y1 += x[1 * 2];
";
        assert_eq!(text(1), format!("{head}{tiles}    with\nend\n"));
        assert_eq!(text(0), format!("{head}{tiles}    without\nend\n"));
    }
}
