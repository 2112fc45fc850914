//! GAN losses with their gradients, in one kernel.

use super::text::bindings;
use super::{Program, Work};
use crate::loss::{GanLoss, Side, Term};

/// Loss and slope of one logit f as WGSL expressions.
fn expressions(term: Term) -> (&'static str, &'static str) {
    match term {
        Term::Softplus => ("softplus(f)", "sigmoid(f)"),
        Term::SoftplusNegated => ("softplus(-f)", "-sigmoid(-f)"),
        Term::MinusSoftplus => ("-softplus(f)", "-sigmoid(f)"),
        Term::SquareToOne => ("0.5 * (f - 1.0) * (f - 1.0)", "(f - 1.0)"),
        Term::SquareToZero => ("0.5 * f * f", "f"),
        Term::HingeAbove => ("max(1.0 - f, 0.0)", "select(0.0, -1.0, f < 1.0)"),
        Term::HingeBelow => ("max(1.0 + f, 0.0)", "select(0.0, 1.0, f > -1.0)"),
        Term::Minus => ("-f", "-1.0"),
        Term::Plus => ("f", "1.0"),
    }
}

/// Buffers: `logits`, `loss` (one number), `gradient` (of each logit).
impl Program for GanLoss {
    fn title(&self) -> String {
        "loss and its gradient".into()
    }

    fn wgsl(&self) -> String {
        let (real, real_slope) = expressions(self.term(true));
        let (fake, fake_slope) = expressions(self.term(false));
        let images = match self.side() {
            Side::Discriminator => "info[0] / 2u",
            Side::Generator => "info[0]",
        };
        let is_real = match self.side() {
            Side::Discriminator => "k < images",
            Side::Generator => "false",
        };
        format!(
            "{buffers}
var<workgroup> partial: array<f32, {threads}>;

fn softplus(x: f32) -> f32 {{
    return max(x, 0.0) + log(1.0 + exp(-abs(x)));
}}

fn sigmoid(x: f32) -> f32 {{
    let e = exp(-abs(x));
    return select(e, 1.0, x >= 0.0) / (1.0 + e);
}}

@compute @workgroup_size({threads})
fn main(@builtin(local_invocation_index) local: u32) {{
    let images = {images};
    let share = 1.0 / f32(images);
    var sum = 0.0;
    for (var k = local; k < info[0]; k += {threads}u) {{
        let f = logits[k];
        if ({is_real}) {{
            sum += {real};
            gradient[k] = share * {real_slope};
        }} else {{
            sum += {fake};
            gradient[k] = share * {fake_slope};
        }}
    }}
    partial[local] = sum;
    for (var half = {threads}u / 2u; half > 0u; half /= 2u) {{
        workgroupBarrier();
        if (local < half) {{ partial[local] += partial[local + half]; }}
    }}
    if (local == 0u) {{ loss[0] = partial[0] * share; }}
}}
",
            buffers = bindings(&[("logits", "f32"), ("loss", "f32"), ("gradient", "f32")]),
            threads = self.threads(),
        )
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        [1, 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(2 * batch)
    }
}
