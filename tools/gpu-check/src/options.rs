//! The command line.

/// What the program takes.
pub const HELP: &str = "\
gpu-check [options]: are Ganvas' kernels right on this machine's GPU, and how fast

  --out FILE      where the JSON goes (otherwise to standard output)
  --adapter TEXT  the first adapter whose name contains this (otherwise the fastest kind)
  --list          only say which adapters there are
  --seconds N     training that is timed at each size, 0.1 to 60 (3)
  --quick         small sizes only; the default on a software adapter
  --full          all sizes, also on a software adapter";

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Small sizes, for minutes on a processor.
    Quick,
    /// Everything.
    Full,
}

/// See [`HELP`].
#[derive(Debug, PartialEq)]
pub struct Options {
    pub out: Option<String>,
    pub adapter: String,
    pub list: bool,
    pub help: bool,
    pub seconds: f64,
    pub scope: Option<Scope>,
}

/// Reads the arguments that follow the program's name.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        out: None,
        adapter: String::new(),
        list: false,
        help: false,
        seconds: 3.0,
        scope: None,
    };
    let mut arguments = arguments.into_iter();
    while let Some(option) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{option} wants a value"));
        match option.as_str() {
            "--out" => options.out = Some(value()?),
            "--adapter" => options.adapter = value()?,
            "--list" => options.list = true,
            "--quick" => options.scope = Some(Scope::Quick),
            "--full" => options.scope = Some(Scope::Full),
            "-h" | "--help" => options.help = true,
            "--seconds" => {
                let value = value()?;
                options.seconds = value
                    .parse()
                    .ok()
                    .filter(|seconds| (0.1..=60.0).contains(seconds))
                    .ok_or(format!("--seconds is 0.1 to 60, not {value}"))?;
            }
            _ => return Err(format!("there is no option {option}")),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::{Options, Scope};

    fn parse(line: &str) -> Result<Options, String> {
        super::parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn options_are_read() {
        let options = parse("--out gpu.json --adapter llvm --seconds 0.5 --full").unwrap();
        assert_eq!(options.out.as_deref(), Some("gpu.json"));
        assert_eq!(options.adapter, "llvm");
        assert_eq!(options.seconds, 0.5);
        assert_eq!(options.scope, Some(Scope::Full));
        assert_eq!(parse("--quick").unwrap().scope, Some(Scope::Quick));
        assert_eq!(parse("").unwrap().scope, None);
        assert!(parse("--list").unwrap().list && parse("--help").unwrap().help);
    }

    #[test]
    fn mistakes_are_named() {
        for line in [
            "--out",
            "--seconds 0",
            "--seconds NaN",
            "--fast",
            "gpu.json",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
