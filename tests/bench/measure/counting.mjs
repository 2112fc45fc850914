/** Counts what a script asks of WebGPU, in `globalThis.gpuCounts`: lines that run before it. */
export const counting = `
  globalThis.gpuCounts = { dispatches: 0, submits: 0, pipelines: 0, readbacks: 0 };
  if (globalThis.GPUDevice) {
    const count = (type, method, name) => {
      const original = type.prototype[method];
      type.prototype[method] = function (...values) {
        gpuCounts[name] += 1;
        return original.apply(this, values);
      };
    };
    count(GPUComputePassEncoder, 'dispatchWorkgroups', 'dispatches');
    count(GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', 'dispatches');
    count(GPUQueue, 'submit', 'submits');
    count(GPUDevice, 'createComputePipeline', 'pipelines');
    count(GPUDevice, 'createComputePipelineAsync', 'pipelines');
    count(GPUBuffer, 'mapAsync', 'readbacks');
  }`;
