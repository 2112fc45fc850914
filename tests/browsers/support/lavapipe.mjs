/**
 * A Chromium that computes WebGPU on lavapipe, Mesa's Vulkan on the processor: a second adapter
 * beside SwiftShader. Linux only. `lavapipe.rs` says how Chromium is brought to take it.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chrome } from '../../support/browser.mjs';

/** Where Mesa describes it. */
export const described = '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json';
const source = fileURLToPath(new URL('lavapipe.rs', import.meta.url));
/** The library that Chromium takes its software adapter from, and the file that describes it. */
const swiftshader = 'libvk_swiftshader.so';
const description = 'vk_swiftshader_icd.json';

/** Mesa's library. */
function driver() {
  const path = JSON.parse(readFileSync(described, 'utf8')).ICD.library_path;
  return isAbsolute(path) ? path : join('/usr/lib/x86_64-linux-gnu', path);
}

/** Where Chromium's program and its libraries are: what is in the PATH may be a script. */
function home() {
  const places = [dirname(realpathSync(chrome())), '/usr/lib/chromium', '/opt/google/chrome'];
  const found = places.find((place) => existsSync(join(place, swiftshader)));
  if (!found) throw new Error(`no ${swiftshader} in ${places.join(', ')}`);
  return found;
}

/** @param {string} from @param {string} to a second name of the same file, or a copy elsewhere */
function place(from, to) {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/**
 * Makes a folder from which Chromium starts with lavapipe.
 * @returns {{ program: string, env: Record<string, string>, remove: () => void }}
 */
export function lavapipe() {
  const from = home();
  const folder = mkdtempSync(join(tmpdir(), 'lavapipe-'));
  const program = ['chromium', 'chrome'].find((name) => existsSync(join(from, name)));
  // Chromium looks for its files beside its program, by the program's real path: that one is no
  // link. Everything else is.
  for (const name of readdirSync(from)) {
    if (name === program) place(join(from, name), join(folder, name));
    else if (name !== swiftshader && name !== description)
      symlinkSync(join(from, name), join(folder, name));
  }
  execFileSync(process.env.RUSTC || 'rustc', [
    ...['--edition', '2024', '--crate-type', 'cdylib', '-O'],
    ...['-o', join(folder, swiftshader), source],
  ]);
  // Chromium's window is drawn by SwiftShader as ever.
  const icd = JSON.parse(readFileSync(join(from, description), 'utf8'));
  icd.ICD.library_path = join(from, swiftshader);
  writeFileSync(join(folder, description), JSON.stringify(icd));
  return {
    program: join(folder, program),
    env: { LAVAPIPE: driver() },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Whether a process of this program has lavapipe loaded. */
export function hasLavapipe(program) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return (
          realpathSync(`/proc/${pid}/exe`) === program &&
          readFileSync(`/proc/${pid}/maps`, 'utf8').includes(driver())
        );
      } catch {
        return false; // ended meanwhile, or another user's
      }
    });
}
