/**
 * The words of a language come in two parts, so that the facade loads no words of the lab. The build
 * makes both from one file.
 */

/** What the facade says, and what can go wrong before a lab is there, but for wrong settings. */
const first =
  /^(app|facade|preview|stage|error(?!\.diverged)|option\.(model|dataset))\.|^notice\.reduced_motion$|^option\.backend\.cpu$|^action\.(dismiss|reload)$/;

/** @param {string} key */
export const isFirst = (key) => first.test(key);
