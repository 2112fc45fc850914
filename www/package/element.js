/** The element without its definition; what a bundler loads when the page defines it. */
export { GanvasLab } from '../src/element/ganvas-lab.js';
