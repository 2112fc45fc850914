//! Times each kernel of a DCGAN step on this machine's GPU (Vulkan, Metal or Direct3D 12),
//! beside what the same adapter gives to plain code:
//!
//! ```text
//! cargo run --package ganvas-kernels --no-default-features --features native-gpu \
//!     --example roofline -- 64 64 gpu
//! ```
//!
//! `tests/bench/kernels.mjs` does the same in a browser.

mod support;

use std::collections::HashMap;
use std::error::Error;
use std::time::Instant;

use support::plain::plain;
use support::step::{Launch, Schedule};

/// A kernel is dispatched until this much time is spent, so that what a submission costs vanishes.
const ENOUGH: f64 = 0.02;

fn main() -> Result<(), Box<dyn Error>> {
    let (width, batch, tiles) = support::tiles::from_arguments("gpu");
    let gpu = pollster::block_on(Gpu::open())?;
    let ceiling = gpu.prepare(&plain());
    let rate = |work: f64, seconds: f64| work / seconds / 1e9;
    let speeds: Vec<f64> = ceiling
        .iter()
        .zip(plain().launches)
        .map(|(ready, launch)| rate(launch.flops.max(launch.bytes), gpu.time(ready)))
        .collect();
    let (product, copy) = (speeds[0].max(speeds[1]), speeds[2]);

    let step = Schedule::of_step(width, batch, tiles);
    let ready = gpu.prepare(&step);
    let mut sum = 0.0;
    for (launch, ready) in step.launches.iter().zip(&ready) {
        let seconds = gpu.time(ready);
        sum += seconds;
        let Launch {
            part,
            title,
            flops,
            bytes,
            ..
        } = launch;
        let plain = (flops / product).max(bytes / copy) / 1e9;
        let speed = match *flops {
            0.0 => format!("{:.1} GB/s", rate(*bytes, seconds)),
            flops => format!("{:.1} GFLOP/s", rate(flops, seconds)),
        };
        println!(
            "{:9.1} µs  {speed:>15}  {:4.0} %  {part}: {title}",
            1e6 * seconds,
            100.0 * plain / seconds
        );
    }
    println!(
        "\n{}\nwidth {width}, batch {batch}: {} kernels, {:.3} ms apart, {:.3} ms in one submission",
        gpu.name,
        ready.len(),
        1e3 * sum,
        1e3 * gpu.submit(&ready.iter().collect::<Vec<_>>()),
    );
    println!("plain code: matrix product {product:.1} GFLOP/s, copy {copy:.1} GB/s");
    Ok(())
}

/// A kernel with its buffers bound.
struct Ready {
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
    workgroups: [u32; 3],
}

struct Gpu {
    name: String,
    device: wgpu::Device,
    queue: wgpu::Queue,
}

impl Gpu {
    async fn open() -> Result<Self, Box<dyn Error>> {
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
        Ok(Self {
            name: format!("{} ({:?}, {})", info.name, info.backend, info.driver_info),
            device,
            queue,
        })
    }

    fn buffer(&self, len: usize) -> wgpu::Buffer {
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: len.next_multiple_of(4) as u64 * 4,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }

    fn write(&self, buffer: &wgpu::Buffer, words: impl Iterator<Item = u32>) {
        let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        self.queue.write_buffer(buffer, 0, &bytes);
    }

    /// Compiles each kernel once and binds it. Its numbers are between -0.1 and 0.1.
    fn prepare(&self, schedule: &Schedule) -> Vec<Ready> {
        let buffers: Vec<wgpu::Buffer> = schedule
            .buffers
            .iter()
            .map(|&len| {
                let buffer = self.buffer(len);
                let number = |index: usize| 0.1 * (index as f32 * 12.9898).sin();
                self.write(&buffer, (0..len).map(|index| number(index).to_bits()));
                buffer
            })
            .collect();
        let mut pipelines: HashMap<&str, wgpu::ComputePipeline> = HashMap::new();
        schedule
            .launches
            .iter()
            .map(|launch| {
                let pipeline = pipelines
                    .entry(&launch.wgsl)
                    .or_insert_with(|| self.compile(&launch.wgsl))
                    .clone();
                let mut bound: Vec<wgpu::Buffer> = launch
                    .buffers
                    .iter()
                    .map(|&index| buffers[index].clone())
                    .collect();
                if !launch.info.is_empty() {
                    let info = self.buffer(2 * launch.info.len());
                    let words = launch.info.iter().flat_map(|&value| [value as u32, 0]);
                    self.write(&info, words);
                    bound.push(info);
                }
                let entries: Vec<wgpu::BindGroupEntry> = (0..)
                    .zip(&bound)
                    .map(|(binding, buffer)| wgpu::BindGroupEntry {
                        binding,
                        resource: buffer.as_entire_binding(),
                    })
                    .collect();
                let group = self.device.create_bind_group(&wgpu::BindGroupDescriptor {
                    label: None,
                    layout: &pipeline.get_bind_group_layout(0),
                    entries: &entries,
                });
                Ready {
                    pipeline,
                    group,
                    workgroups: launch.workgroups,
                }
            })
            .collect()
    }

    fn compile(&self, wgsl: &str) -> wgpu::ComputePipeline {
        let source = wgpu::ShaderSource::Wgsl(wgsl.into());
        let module = self
            .device
            .create_shader_module(wgpu::ShaderModuleDescriptor {
                label: None,
                source,
            });
        self.device
            .create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: None,
                layout: None,
                module: &module,
                entry_point: Some("main"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: None,
            })
    }

    /// Seconds until the GPU is done with these, in one submission.
    fn submit(&self, kernels: &[&Ready]) -> f64 {
        let start = Instant::now();
        let mut encoder = self
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        for kernel in kernels {
            let [x, y, z] = kernel.workgroups;
            pass.set_pipeline(&kernel.pipeline);
            pass.set_bind_group(0, &kernel.group, &[]);
            pass.dispatch_workgroups(x, y, z);
        }
        drop(pass);
        self.queue.submit([encoder.finish()]);
        // An error would be a lost device, after which nothing is left to measure.
        self.device
            .poll(wgpu::PollType::wait_indefinitely())
            .expect("the device is there");
        start.elapsed().as_secs_f64()
    }

    /// Seconds of one dispatch: the least of three runs of many, less what an empty one takes.
    fn time(&self, kernel: &Ready) -> f64 {
        let least = |kernels: &[&Ready]| {
            (0..3)
                .map(|_| self.submit(kernels))
                .fold(f64::INFINITY, f64::min)
        };
        let idle = least(&[]);
        let mut count = 1;
        loop {
            let time = least(&vec![kernel; count]);
            if time > ENOUGH || count > 1 << 16 {
                return ((time - idle) / count as f64).max(1e-9);
            }
            count *= 4;
        }
    }
}
