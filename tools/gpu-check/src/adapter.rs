//! The adapter: one device for plain wgpu and for burn.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;
use ganvas_kernels::gpu::Tiles;
use ganvas_kernels::ops::set_tiles;
use serde_json::{Value, json};

/// Work that is put together into one submission, as on the page.
const TASKS_PER_SUBMIT: usize = 128;

/// A device of wgpu.
pub struct Gpu {
    /// What it is.
    pub info: wgpu::AdapterInfo,
    /// Its device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
    instance: wgpu::Instance,
    adapter: wgpu::Adapter,
    faults: Arc<Mutex<Vec<String>>>,
}

/// What people call an adapter.
pub fn name(info: &wgpu::AdapterInfo) -> String {
    let driver = driver(info);
    format!(
        "{} ({:?}, {:?}, {driver})",
        info.name, info.device_type, info.backend
    )
}

fn driver(info: &wgpu::AdapterInfo) -> String {
    format!("{} {}", info.driver, info.driver_info)
        .trim()
        .to_owned()
}

/// Vulkan, Metal and Direct3D 12. burn brings OpenGL along, which none of this is meant for.
const BACKENDS: wgpu::Backends = wgpu::Backends::PRIMARY;

/// The adapters that there are.
pub async fn all() -> Vec<wgpu::Adapter> {
    instance().enumerate_adapters(BACKENDS).await
}

fn instance() -> wgpu::Instance {
    wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends: BACKENDS,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    })
}

impl Gpu {
    /// The first adapter whose name contains `wanted`, or of all the one that promises most.
    pub async fn open(wanted: &str) -> Result<Self, Box<dyn Error>> {
        let instance = instance();
        let adapter = if wanted.is_empty() {
            let options = wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            };
            instance.request_adapter(&options).await?
        } else {
            let named = |adapter: &wgpu::Adapter| {
                let name = name(&adapter.get_info()).to_lowercase();
                name.contains(&wanted.to_lowercase())
            };
            let all = instance.enumerate_adapters(BACKENDS).await;
            let found = all.into_iter().find(named);
            found.ok_or(format!("none is called {wanted:?}"))?
        };
        let features = adapter
            .features()
            .difference(wgpu::Features::MAPPABLE_PRIMARY_BUFFERS)
            .difference(wgpu::Features::all_experimental_mask());
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                label: Some("gpu-check"),
                required_features: features,
                required_limits: adapter.limits(),
                memory_hints: wgpu::MemoryHints::MemoryUsage,
                ..Default::default()
            })
            .await?;
        Ok(Self {
            info: adapter.get_info(),
            faults: Arc::default(),
            device,
            queue,
            instance,
            adapter,
        })
    }

    /// burn's device on this one, with the tiles that the page would take.
    pub fn burn_device(&self) -> Result<Device, Box<dyn Error>> {
        set_tiles(self.tiles());
        let setup = WgpuSetup {
            instance: self.instance.clone(),
            adapter: self.adapter.clone(),
            device: self.device.clone(),
            queue: self.queue.clone(),
            backend: self.info.backend,
        };
        let options = Device::wgpu_options().setup(setup);
        let device = options.tasks_max(TASKS_PER_SUBMIT).init()?;
        self.listen();
        Ok(device)
    }

    /// Takes the place of burn's handler of errors that nobody waits for, which panics. What
    /// a lost device is, burn hears and tells.
    fn listen(&self) {
        let faults = Arc::clone(&self.faults);
        self.device
            .on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
                let fault = error.to_string();
                let mut faults = faults.lock().unwrap_or_else(PoisonError::into_inner);
                if !faults.contains(&fault) {
                    eprintln!("{fault}");
                    faults.push(fault);
                }
            }));
    }

    /// What the driver or wgpu complained about so far, each once.
    pub fn faults(&self) -> Vec<String> {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.clone()
    }

    /// Whether it is a processor in disguise.
    pub fn software(&self) -> bool {
        self.info.device_type == wgpu::DeviceType::Cpu || Tiles::emulates(&name(&self.info))
    }

    /// The tiles that the page would take.
    pub fn tiles(&self) -> Tiles {
        let limits = self.device.limits();
        Tiles::of_adapter(
            self.software(),
            limits.max_compute_invocations_per_workgroup,
        )
    }

    /// For the file.
    pub fn describe(&self) -> Value {
        json!({
            "name": self.info.name,
            "kind": format!("{:?}", self.info.device_type),
            "backend": format!("{:?}", self.info.backend),
            "driver": driver(&self.info),
            "vendor": self.info.vendor,
            "device": self.info.device,
            "software": self.software(),
        })
    }
}
