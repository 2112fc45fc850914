//! What goes into a pass through a stack, and what comes back, on any kind of memory.

/// What a forward pass reads.
#[derive(Debug, Clone, Copy)]
pub struct Operands<T> {
    /// The flat parameters, as long as the stack says.
    pub parameters: T,
    /// The running statistics, as long as the stack says; any where it has none.
    pub statistics: T,
    /// The images, one after the other.
    pub x: T,
    /// The class of each image, 0, 1, …, where the stack has classes; nobody reads it
    /// otherwise. A label that is none of the classes adds nothing to the output.
    pub labels: T,
}

/// Which gradients are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// Those of the parameters.
    pub parameters: bool,
    /// That of the images.
    pub input: bool,
}

impl Want {
    /// Both.
    pub const ALL: Self = Self {
        parameters: true,
        input: true,
    };
    /// Those of the parameters alone.
    pub const PARAMETERS: Self = Self {
        parameters: true,
        input: false,
    };
    /// That of the images alone.
    pub const INPUT: Self = Self {
        parameters: false,
        input: true,
    };
}

/// The gradients that were wanted.
#[derive(Debug, Clone, Copy)]
pub struct Gradients<T> {
    /// Of all parameters, laid out as they are, zeros between them.
    pub parameters: Option<T>,
    /// Of the images that went in.
    pub input: Option<T>,
}
