/**
 * The words of a language come in parts, so that the facade loads no words of the lab, and nobody
 * those of the page that measures. The build makes all of them from one file.
 */

/** What the facade says, and what can go wrong before a lab is there, but for wrong settings and kept runs. */
const first =
  /^(app|facade|preview|preset|about|stage|error(?!\.(diverged|bad_run))|option\.(model|dataset))\.|^notice\.reduced_motion$|^option\.backend\.cpu$|^action\.(dismiss|reload)$/;

/** What bench.html says, which is a page of its own. */
const bench = /^(measure|error)\.|^(app\.language|sign\.percent)$/;
const benchAlone = /^measure\./;

/** Which keys are in which part. @type {Record<string, (key: string) => boolean>} */
export const parts = {
  first: (key) => first.test(key),
  rest: (key) => !first.test(key) && !benchAlone.test(key),
  bench: (key) => bench.test(key),
};
