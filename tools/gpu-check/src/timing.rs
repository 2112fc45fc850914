//! How long a kernel takes.

use std::collections::HashMap;
use std::time::Instant;

use crate::adapter::Gpu;
use crate::support::step::Schedule;

/// A kernel is dispatched until this much time is spent, so that what a submission costs vanishes.
const ENOUGH: f64 = 0.02;
/// A kernel with its buffers bound.
pub struct Ready {
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
    workgroups: [u32; 3],
}

impl Gpu {
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
    pub fn prepare(&self, schedule: &Schedule) -> Vec<Ready> {
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

    /// The least seconds of three submissions.
    pub fn least(&self, kernels: &[&Ready]) -> f64 {
        (0..3)
            .map(|_| self.submit(kernels))
            .fold(f64::INFINITY, f64::min)
    }

    /// Seconds of one dispatch of many, less what an empty submission takes.
    pub fn time(&self, kernel: &Ready) -> f64 {
        let idle = self.least(&[]);
        let mut count = 1;
        loop {
            let time = self.least(&vec![kernel; count]);
            if time > ENOUGH || count > 1 << 16 {
                return ((time - idle) / count as f64).max(1e-9);
            }
            count *= 4;
        }
    }
}
