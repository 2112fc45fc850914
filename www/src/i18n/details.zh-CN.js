/** 核心与页面的英文句子，及其中文。花括号是可变的部分。 */
/** @type {import('./index.js').Patterns} */
export default {
  // ---- 数据集 ----
  'the images are {rows}×{columns} pixels; only {a}×{b} can be used':
    '图像是 {rows}×{columns} 像素，只能用 {a}×{b} 的。',
  'label {label} at position {index} is too large: labels go from 0 to {max}':
    '下标 {index} 处的标签是 {label}，太大了：标签应在 0 到 {max} 之间。',
  'the labels do not belong to the images: there are {images} images and {labels} labels':
    '标签与图像对不上：有 {images} 张图像，{labels} 个标签。',
  'the file of {what} is truncated: it ends within its header, after {bytes} bytes':
    '文件不完整：只有 {bytes} 字节，连文件头都不全。',
  'this is an IDX file of {kind}, not of {what}': '这是另一种 IDX 文件，图像与标签可能放反了。',
  'this is not an IDX file of {what}: it starts with {magic}':
    '这不是 IDX 文件：它的开头是 {magic}。',
  'the IDX file has elements of type {element}; only unsigned bytes (0x08) work':
    'IDX 文件的元素类型是 {element}，只能用无符号字节（0x08）。',
  'the IDX file has {dimensions} dimensions; {what} have {wanted}':
    'IDX 文件有 {dimensions} 维，这里应有 {wanted} 维。',
  'the file holds no {what}': '文件里没有数据。',
  'the file announces {count} {what}; at most {max} can be used':
    '文件头写明有 {count} 项，最多只能用 {max} 项。',
  'the file of {what} is {problem}: {count} {things} need {body} bytes after the header, there are {found}':
    '文件长度不对：{count} 项在文件头之后需要 {body} 字节，实际有 {found} 字节。',
  'the gzip file unpacks to more than {limit} bytes, the most that is accepted here':
    'gzip 文件解压后超过 {limit} 字节，这是允许的上限。',
  'the gzip file is truncated: it ends in the middle of its compressed data':
    'gzip 文件不完整：压缩数据中途断了。',
  'the gzip file is corrupt: {error}': 'gzip 文件已损坏。',
  'there is not enough memory to unpack the gzip file': '内存不足，无法解压这个 gzip 文件。',
  'a conditional model needs labels, and this dataset has none: add the labels file':
    '条件模型需要标签，这个数据集没有：请加上标签文件。',
  'a conditional model knows the classes 0 to 9, and this dataset has a label {label}':
    '条件模型只有 0 到 9 十个类别，这个数据集里却有标签 {label}。',
  'a batch of {batch_size} is more than the {images} images of the dataset':
    '批大小 {batch_size} 超过了数据集的 {images} 张图像。',
  'points are pairs of numbers, and {count} is no even count':
    '点由成对的数组成，{count} 不是偶数。',
  'a point has a coordinate that is no number': '有一个点的坐标不是有限的数。',
  'there must be {min} to {max} points, not {count}':
    '点数应在 {min} 到 {max} 之间，现在是 {count} 个。',
  'a drawing has {min} to {max} points of {unit} characters each, and not {count} characters':
    '一幅画有 {min} 到 {max} 个点，每点 {unit} 个字符；{count} 个字符对不上。',
  'a drawing consists of letters, digits, - and _': '画的点只能由字母、数字、- 和 _ 写成。',
  '{name} has images, not points of the plane': '{name} 是图像，不是平面上的点。',
  'this model learns images, and the data are points of the plane':
    '这个模型学习的是图像，而数据是平面上的点。',
  'this model learns points of the plane, and the data are images':
    '这个模型学习的是平面上的点，而数据是图像。',
  'There are no files to train on: choose them first': '还没有可用来训练的文件：请先选择。',
  'Expected a File, a Blob or an ArrayBuffer': '应为 File、Blob 或 ArrayBuffer。',

  // ---- 权重文件 ----
  'the parameters are no longer numbers: reset, or lower the learning rates':
    '参数已不是有限的数：请从头训练，或调低学习率。',
  'the file is larger than 1 GiB': '文件大于 1 GiB。',
  'this is not a safetensors file: {error}': '这不是 safetensors 文件。',
  'the checkpoint has format version {version}, this program reads {own}':
    '文件的格式版本是 {version}，这里能读的是 {own}。',
  'the file holds tensors, but no run of this program. {advice}':
    '文件里有张量，但不是本程序保存的训练。请先选好对应的实验设置，或在元数据里加上 `ganvas` 和 `experiment`（tools/ganvas_pytorch.py convert 会自动写好）。',
  'the file does not say its experiment and does not fit the present one ({model}, width {width}): {problem}. {advice}':
    '文件没有写明实验设置，与当前实验（{model}，通道宽度 {width}）也对不上。请先选好对应的实验设置，或在元数据里加上 `ganvas` 和 `experiment`（tools/ganvas_pytorch.py convert 会自动写好）。',
  'the checkpoint does not name its experiment. {advice}':
    '文件没有写明实验设置。请在元数据里加上 `experiment`（tools/ganvas_pytorch.py convert 会自动写好）。',
  "the checkpoint's experiment: {error}": '文件里的实验设置有误。',
  "the checkpoint's {key} is missing": '文件里缺少 {key}。',
  "the checkpoint's {key} is not a count that a run can reach":
    '文件里的 {key} 不是训练能达到的计数。',
  'the tensor {name} does not belong to the model {model}': '张量 {name} 不属于模型 {model}。',
  'the tensor {name} is not a count that a run can reach': '张量 {name} 不是训练能达到的计数。',
  'the tensor {name} is missing': '缺少张量 {name}。',
  'the tensor {name} has shape {shape}, the experiment asks for {wanted}':
    '张量 {name} 的形状是 {shape}，按实验设置应为 {wanted}。',
  'the tensor {name} is not of 16 or 32-bit floats': '张量 {name} 不是 16 或 32 位浮点数。',
  'the tensor {name} holds numbers below zero': '张量 {name} 里有负数。',
  'the tensor {name} holds {value}, too large for half precision: save it in full':
    '张量 {name} 里有 {value}，超出半精度的范围：请按全精度保存。',
  'the tensor {name} holds {bad}': '张量 {name} 里有 {bad}。',

  // ---- 设置 ----
  'there is no such setting': '没有这个设置。',
  'must be one of {options}, not {shown}': '只能是 {options} 之一，而不是 {shown}。',
  'must be a whole number from {min} to {max}, not {shown}':
    '应为 {min} 到 {max} 之间的整数，而不是 {shown}。',
  'must be a number from {min} to {max}, not {shown}':
    '应为 {min} 到 {max} 之间的数，而不是 {shown}。',
  'must be true or false, not {shown}': '应为 true 或 false，而不是 {shown}。',
  'must be from {min} to {max}, not {shown}': '应在 {min} 到 {max} 之间，而不是 {shown}。',
  'cannot change during a run: start over with it': '训练中途不能改；要改，请从头训练。',
  'must be at least {min}, not {shown}': '至少应为 {min}，而不是 {shown}。',
  'this model knows no labels': '这个模型不用标签。',
  'only a VAE reconstructs images': '只有 VAE 能重建图像。',
  'cyclegan has no latents to draw from': 'CycleGAN 没有可供抽取的隐变量。',
  "a VAE's networks train together: step both":
    'VAE 的两个网络总是一起训练：请用“单步”（`step("both")`）。',
  'at least two real images are needed to compare with': '至少要有两张真图才能比较。',
  'an experiment is a JSON object': '实验设置应为 JSON 对象。',
  'an experiment is a plain object': '实验设置应为普通对象。',
  'must hold digits, 0 to 9, not {shown}': '应为 0 到 9 的数字，而不是 {shown}。',
  'must hold numbers from 0 to 1, not {shown}': '应为 0 到 1 之间的数，而不是 {shown}。',
  'must hold numbers, not {shown}': '应为有限的数，而不是 {shown}。',
  'must hold 1 to {most} rows of {length} numbers': '应有 1 到 {most} 行，每行 {length} 个数。',
  'must be two of them, to be mixed': '混合时必须正好给两个标签。',
  'is of a z that is drawn: give either it or z': '只用于抽取 z，不能与 z 同时给出。',
  'is one of labels: give either': '不能与 labels 同时给出。',
  'must be an object, not {shown}': '应为对象，而不是 {shown}。',

  // ---- 运行 ----
  'the losses are no longer numbers at step {step}: reset, or lower the learning rates':
    '第 {step} 步的损失已不是有限的数：请从头训练，或调低学习率。',
  'the GPU device was lost ({reason}): {message}': 'GPU 设备丢失（{reason}）。',
  'the GPU is out of memory: choose a smaller width or batch':
    '显存不足：请选更小的通道宽度或批大小。',
  'This browser has WebGPU, but no adapter on this machine':
    '浏览器支持 WebGPU，但这台机器没有可用的适配器。',
  'This browser has no WebGPU': '浏览器不支持 WebGPU。',
  'no WebGPU adapter: {error}': '没有可用的 WebGPU 适配器。',
  'WebGPU needs a page opened over https:// or from localhost':
    'WebGPU 只在通过 https:// 或从 localhost 打开的页面里可用。',
  'The GPU did not answer for {seconds} seconds': 'GPU 在 {seconds} 秒内没有响应。',
  'There is no WebAssembly here. {rest}':
    '这里没有 WebAssembly。可能是浏览器的安全模式（如“锁定模式”）把它关掉了：请在那里放行本站，或换一个浏览器。',
  'There is no WebAssembly SIMD here. It came with {versions}: {rest}':
    '这里没有 WebAssembly SIMD。Chrome 和 Edge 91、Firefox 89、Safari 16.4 起才有：请更新浏览器，或换一个。',
  "The policy of this page forbids WebAssembly: its script-src needs '{source}'":
    "页面的安全策略禁止 WebAssembly：它的 script-src 需要 '{source}'。",
  'This browser has no web workers, and Ganvas computes in one':
    '浏览器没有 Web Worker，而 Ganvas 要在其中计算。',
  'This browser knows no modules in workers. They came with {versions}: {rest}':
    '浏览器不能在 Worker 里运行模块。Chrome 和 Edge 80、Firefox 114、Safari 15 起才能：请更新浏览器，或换一个。',
  'The worker does not answer': '后台线程没有响应。',
  'The site was renewed after this page was opened: reload the page':
    '这个页面打开之后，网站更新过：请刷新页面。',
  'The worker script did not load{rest}': '后台线程的脚本没能载入。',
  '{file}: nothing came for {seconds} seconds': '{file}：{seconds} 秒内没有收到任何数据。',
  '{file}: HTTP {status}': '{file}：HTTP {status}。',
  'The {backend} module is not whole: {error}': '计算模块不完整，或不是同一版本：{backend}。',
  'The {backend} module: {error}': '计算模块没能载入：{backend}。',
};
