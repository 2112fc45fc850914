//! The adapter: once for wgpu alone, once as burn's device.

use std::error::Error;

use burn::tensor::{Device, DeviceKind};
use ganvas_kernels::gpu::Tiles;
use ganvas_kernels::ops::set_tiles;
use serde_json::{Value, json};

/// A device of wgpu without burn around it.
pub struct Gpu {
    /// What people call the adapter.
    pub name: String,
    /// What it is.
    pub info: wgpu::AdapterInfo,
    /// Its device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
}

impl Gpu {
    /// The adapter that promises most.
    pub async fn open() -> Result<Self, Box<dyn Error>> {
        let descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        let adapter = wgpu::Instance::new(descriptor)
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            })
            .await?;
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                required_limits: adapter.limits(),
                ..Default::default()
            })
            .await?;
        let info = adapter.get_info();
        let name = format!("{} ({:?}, {})", info.name, info.backend, info.driver_info);
        Ok(Self {
            name,
            info,
            device,
            queue,
        })
    }

    /// Whether it is a processor in disguise.
    pub fn software(&self) -> bool {
        self.info.device_type == wgpu::DeviceType::Cpu
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
            "driver": format!("{} {}", self.info.driver, self.info.driver_info),
            "software": self.software(),
        })
    }
}

/// burn's device on the same kind of adapter, with the tiles that the page would take.
pub fn burn_device(gpu: &Gpu) -> Device {
    set_tiles(gpu.tiles());
    Device::wgpu(match gpu.info.device_type {
        wgpu::DeviceType::Cpu => DeviceKind::Cpu,
        wgpu::DeviceType::IntegratedGpu => DeviceKind::IntegratedGpu(0),
        wgpu::DeviceType::DiscreteGpu => DeviceKind::DiscreteGpu(0),
        wgpu::DeviceType::VirtualGpu => DeviceKind::VirtualGpu(0),
        wgpu::DeviceType::Other => DeviceKind::DefaultDevice,
    })
}
