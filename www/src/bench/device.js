/** What a browser says of the device that it runs on. */

/**
 * @typedef {object} Gpu
 * @property {string} vendor
 * @property {string} architecture
 * @property {string} device
 * @property {string} description
 *
 * @typedef {object} Device
 * @property {string} browser
 * @property {string} user_agent
 * @property {number} cores logical ones, as far as the browser tells
 * @property {Gpu | null} gpu null where there is no WebGPU adapter
 */

/** @returns {Promise<Device>} */
export async function thisDevice() {
  const { userAgent, hardwareConcurrency } = navigator;
  return {
    browser: browserOf(userAgent),
    user_agent: userAgent,
    cores: hardwareConcurrency,
    gpu: await findGpu(),
  };
}

/** @returns {Promise<Gpu | null>} */
async function findGpu() {
  try {
    const options = /** @type {const} */ ({ powerPreference: 'high-performance' });
    const adapter = await navigator.gpu?.requestAdapter(options);
    if (!adapter) return null;
    const { vendor = '', architecture = '', device = '', description = '' } = adapter.info ?? {};
    return { vendor, architecture, device, description };
  } catch {
    return null;
  }
}

/** Those that call themselves by others' names too come first. */
const browsers = [
  { name: 'Edge', mark: /\bEdg\w*\/(\d+)/ },
  { name: 'Opera', mark: /\bOPR\/(\d+)/ },
  { name: 'Firefox', mark: /\b(?:Firefox|FxiOS)\/(\d+)/ },
  { name: 'Chrome', mark: /\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/ },
  { name: 'Safari', mark: /\bVersion\/(\d+(?:\.\d+)?).*\bSafari\// },
];

/** @param {string} userAgent */
export function browserOf(userAgent) {
  for (const { name, mark } of browsers) {
    const [, version] = mark.exec(userAgent) ?? [];
    if (version) return `${name} ${version}`;
  }
  return userAgent.slice(0, 40);
}

/** @param {Gpu | null} gpu */
export const gpuName = (gpu) =>
  gpu && [gpu.vendor, gpu.architecture, gpu.device, gpu.description].filter(Boolean).join(' ');
