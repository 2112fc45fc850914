//! Losses of logits with their gradients, in one kernel.

use super::shader::Shader;
use super::{Program, Work};
use crate::formula::PRELUDE;
use crate::loss::{LogitLoss, Pointwise};

/// A [`LogitLoss`] as WGSL.
///
/// Buffers: `logits`, `loss` (one number), `gradient` (of each logit).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Loss {
    /// Value and slope of a real logit `l`, where there are real ones.
    real: Option<[String; 2]>,
    /// Value and slope of a fake one.
    fake: [String; 2],
}

impl From<&LogitLoss> for Loss {
    fn from(loss: &LogitLoss) -> Self {
        let text = |pointwise: &Pointwise| [pointwise.value.wgsl(), pointwise.slope.wgsl()];
        Self {
            real: loss.real.as_ref().map(text),
            fake: text(&loss.fake),
        }
    }
}

impl Program for Loss {
    fn title(&self) -> String {
        "loss and its gradient".into()
    }

    fn wgsl(&self) -> String {
        let buffers = [("logits", "f32"), ("loss", "f32"), ("gradient", "f32")];
        let mut shader = Shader::of(include_str!("loss.wgsl"), &buffers)
            .verbatim(PRELUDE)
            .set("pairs", usize::from(self.real.is_some()));
        let parts = [("real", self.real.as_ref()), ("fake", Some(&self.fake))];
        for (name, part) in parts {
            for (what, text) in ["value", "slope"].iter().zip(part.into_iter().flatten()) {
                shader = shader.verbatim(&format!(
                    "\
fn {name}_{what}(l: f32) -> f32 {{
    return {text};
}}
"
                ));
            }
        }
        shader.build()
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
