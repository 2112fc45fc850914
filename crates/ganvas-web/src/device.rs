//! The burn device that a session computes on.

use std::sync::{Arc, Mutex};

use burn::tensor::Device;
use ganvas_core::{Error, ErrorCode, Result};

/// A device, what to tell the reader about it, and whether it still works.
pub(crate) struct Opened {
    pub device: Device,
    pub backend: &'static str,
    pub adapter: String,
    /// Emulated on the CPU: slower than our own CPU code.
    pub software: bool,
    pub fault: Fault,
}

/// What went wrong on the device, as soon as the browser says so.
#[derive(Clone, Default)]
pub(crate) struct Fault(Arc<Mutex<Option<Error>>>);

impl Fault {
    /// The first fault, if there was one.
    pub fn get(&self) -> Option<Error> {
        self.0.lock().ok().and_then(|fault| fault.clone())
    }

    #[cfg(feature = "webgpu")]
    fn set(&self, error: Error) {
        if let Ok(mut fault) = self.0.lock() {
            // What follows a fault are its consequences.
            fault.get_or_insert(error);
        }
    }
}

/// Opens `cpu` or `webgpu`.
pub(crate) async fn open(backend: &str) -> Result<Opened> {
    match backend {
        #[cfg(feature = "cpu")]
        "cpu" => Ok(Opened {
            device: Device::flex(),
            backend: "cpu",
            adapter: "wasm SIMD".into(),
            software: false,
            fault: Fault::default(),
        }),
        #[cfg(feature = "webgpu")]
        "webgpu" => webgpu::open().await,
        other => Err(Error::new(
            ErrorCode::WebgpuUnavailable,
            format!("this module was built without the backend {other}"),
        )),
    }
}

#[cfg(feature = "webgpu")]
mod webgpu {
    use burn::tensor::Device;
    use burn_wgpu::WgpuSetup;
    use ganvas_core::{Error, ErrorCode, Result};
    use ganvas_kernels::gpu::Tiles;
    use std::sync::Arc;

    use super::{Fault, Opened};

    /// Work that is put together into one submission. Submissions cost a GPU
    /// process round trip each; a whole step of a small model fits in a few.
    const TASKS_PER_SUBMIT: usize = 128;

    pub(super) async fn open() -> Result<Opened> {
        crate::constructors::run();
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::BROWSER_WEBGPU;
        let instance = wgpu::Instance::new(descriptor);
        let name = crate::adapter::ask();
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            })
            .await
            .map_err(|error| unavailable("no WebGPU adapter", &error))?;
        // The device is ours rather than burn's, so that its loss and its errors
        // can be heard; burn needs all that the adapter offers.
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                label: Some("ganvas"),
                required_features: adapter
                    .features()
                    .difference(wgpu::Features::MAPPABLE_PRIMARY_BUFFERS),
                required_limits: adapter.limits(),
                memory_hints: wgpu::MemoryHints::MemoryUsage,
                ..Default::default()
            })
            .await
            .map_err(|error| unavailable("the WebGPU adapter gave no device", &error))?;

        let fault = Fault::default();
        listen(&device, &fault);
        let info = adapter.get_info();
        let limits = device.limits();
        ganvas_kernels::ops::set_tiles(Tiles::of_adapter(
            is_software(&info),
            limits.max_compute_invocations_per_workgroup,
        ));
        let setup = WgpuSetup {
            instance,
            adapter,
            device,
            queue,
            backend: wgpu::Backend::BrowserWebGpu,
        };
        let device = Device::wgpu_options()
            .setup(setup)
            .tasks_max(TASKS_PER_SUBMIT)
            .init()
            .map_err(|error| unavailable("burn refused the WebGPU device", &error))?;
        Ok(Opened {
            device,
            backend: "webgpu",
            software: is_software(&info),
            adapter: match name.answer().await {
                Some(name) => name,
                None => describe(&info),
            },
            fault,
        })
    }

    fn unavailable(what: &str, error: &impl std::fmt::Debug) -> Error {
        Error::new(ErrorCode::WebgpuUnavailable, format!("{what}: {error:?}"))
    }

    fn listen(device: &wgpu::Device, fault: &Fault) {
        let lost = fault.clone();
        device.set_device_lost_callback(move |reason, message| {
            lost.set(Error::new(
                ErrorCode::DeviceLost,
                format!("the GPU device was lost ({reason:?}): {message}"),
            ));
        });
        let failed = fault.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            failed.set(match error {
                wgpu::Error::OutOfMemory { .. } => Error::new(
                    ErrorCode::OutOfMemory,
                    "the GPU is out of memory: choose a smaller width or batch",
                ),
                other => Error::internal(format!("WebGPU: {other}")),
            });
        }));
    }

    fn describe(info: &wgpu::AdapterInfo) -> String {
        [&info.name, &info.driver, &info.driver_info]
            .into_iter()
            .find(|text| !text.is_empty())
            .cloned()
            .unwrap_or_else(|| "WebGPU".into())
    }

    fn is_software(info: &wgpu::AdapterInfo) -> bool {
        let names = format!("{} {} {}", info.name, info.driver, info.driver_info);
        info.device_type == wgpu::DeviceType::Cpu || Tiles::emulates(&names)
    }
}
