/**
 * Where the files of the site are: beside ganvas.js, except those that a bundler has given another
 * place.
 */
export class Site {
  /**
   * @param {URL} base
   * @param {Record<string, string>} [moved] the address of each file that lies elsewhere
   */
  constructor(base, moved = {}) {
    this.base = base;
    this.moved = moved;
  }

  get href() {
    return this.base.href;
  }

  /** @param {string} file by its path in the site */
  url(file) {
    return new URL(this.moved[file] ?? file, this.base);
  }
}
