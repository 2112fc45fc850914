/** New images of a session, of latents that are drawn or chosen. */

/** @typedef {import('./engine.js').Session} Session */

/**
 * @param {Session} session
 * @param {import('../protocol.js').SampleOptions} options
 * @returns {Promise<Uint8Array>}
 */
export async function sampleOf(session, { count = 64, seed, label, truncation, z, labels, mix }) {
  if (!z && !labels) return session.sample(count, seed, label, truncation);
  const latents = z ?? session.drawn_latents(count, seed, truncation);
  const told = labels ?? (label === undefined ? undefined : Uint8Array.of(label));
  return session.sample_at(latents, told, mix);
}

/**
 * A place in the latent space: its z, its class where there are classes, and the picture.
 *
 * @param {Session} session
 * @param {{ walk?: import('../protocol.js').WalkPlace, plane?: import('../protocol.js').PlanePlace }} where
 */
export async function placeOf(session, { walk, plane = { seed: 0, right: 0, down: 0 } }) {
  const place = walk
    ? session.walk_at(walk.from, walk.to, walk.at)
    : session.plane_at(plane.seed, plane.right, plane.down);
  const z = Float32Array.from(place.z);
  const label = place.label ?? undefined;
  const told = label === undefined ? undefined : Uint8Array.of(label);
  return { z, label: place.label ?? null, pixels: await session.sample_at(z, told) };
}
