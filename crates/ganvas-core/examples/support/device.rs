//! The device that an example computes on.

use burn::tensor::Device;
use clap::ValueEnum;
use ganvas_core::Result;

/// The backends that an example can be built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    /// The CPU.
    Flex,
    /// The GPU; needs the feature `wgpu`.
    Wgpu,
}

impl Backend {
    /// Opens the device.
    ///
    /// # Errors
    ///
    /// `webgpu_unavailable` when there is no GPU or no code for one in this build.
    pub fn open(self) -> Result<Device> {
        match self {
            Backend::Flex => Ok(Device::flex()),
            Backend::Wgpu => open_gpu(),
        }
    }
}

#[cfg(feature = "wgpu")]
fn open_gpu() -> Result<Device> {
    use burn::tensor::{DeviceKind, DeviceType};
    use ganvas_core::{Error, ErrorCode};

    if Device::enumerate(DeviceType::Wgpu).is_empty() {
        return Err(Error::new(
            ErrorCode::WebgpuUnavailable,
            "this machine has no GPU that can be used",
        ));
    }
    Ok(Device::wgpu(DeviceKind::DefaultDevice))
}

#[cfg(not(feature = "wgpu"))]
fn open_gpu() -> Result<Device> {
    use ganvas_core::{Error, ErrorCode};

    Err(Error::new(
        ErrorCode::WebgpuUnavailable,
        "this program is built without GPU support: add `--features wgpu` to the cargo command",
    ))
}
