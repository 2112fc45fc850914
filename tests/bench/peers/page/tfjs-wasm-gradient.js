/**
 * The WebAssembly backend with what it lacks, the gradient of a convolution's kernel, composed of
 * kernels that it has. With images and gradients read as [channels, height, width, batch] that
 * gradient is a convolution too: of the padded images, with the output's gradient as a kernel whose
 * holes are the stride.
 */
import { getKernel, registerKernel } from '@tensorflow/tfjs-core';
import { load } from './tfjs-wasm.js';

export { load };

registerKernel({
  kernelName: 'Conv2DBackpropFilter',
  backendName: 'wasm',
  kernelFunc({ inputs: { x, dy }, backend, attrs }) {
    const { strides, pad, filterShape } = attrs;
    const run = (name, inputs, attrs) =>
      getKernel(name, 'wasm').kernelFunc({ inputs, backend, attrs });
    const [stride] = [strides].flat();
    const [side, outputSide, kernelSide] = [x.shape[1], dy.shape[1], filterShape[0]];
    // What "same" adds around the image, less of it in front.
    const added = pad === 'same' ? Math.max(0, (outputSide - 1) * stride + kernelSide - side) : 0;
    const edge = [added >> 1, added - (added >> 1)];

    const images = run('Transpose', { x }, { perm: [3, 1, 2, 0] });
    const padded = run(
      'PadV2',
      { x: images },
      { paddings: [[0, 0], edge, edge, [0, 0]], constantValue: 0 },
    );
    const gradient = run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
    const product = run(
      'Conv2D',
      { x: padded, filter: gradient },
      { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: stride },
    );
    const result = run('Transpose', { x: product }, { perm: [1, 2, 0, 3] });
    for (const { dataId } of [images, padded, gradient, product]) backend.disposeData(dataId);
    return result;
  },
});
