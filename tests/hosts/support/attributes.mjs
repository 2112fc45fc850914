/** Components that set every attribute in every way that the table of settings allows. */
import { fields, optionFields } from '../../../www/src/settings/fields.js';

/** @typedef {import('../../../www/src/settings/fields.js').Field} Field */

/** The values of an attribute: numbers also as numbers. @param {Field} field */
function valuesOf({ type, options, default: initial }) {
  if (options) {
    return options.flatMap((it) => (typeof it === 'number' ? [it, String(it)] : [it]));
  }
  if (type === 'flag') return [true, false];
  if (type === 'boolean') return ['true', 'false'];
  return type === 'integer' || type === 'number' ? [initial, String(initial)] : ['zh'];
}

const all = [
  ...[...fields, ...optionFields].flatMap((field) =>
    valuesOf(field).map((value) => ({ name: field.name.replaceAll('_', '-'), value })),
  ),
  { name: 'from-url', value: true },
  { name: 'framed', value: true },
];

/** @param {{ name: string, value: unknown }} attribute @param {(name: string) => string} open @param {string} close */
const written = ({ name, value }, open, close) =>
  `<ganvas-lab ${typeof value === 'string' ? `${name}="${value}"` : `${open(name)}${value}${close}`} />`;

export const inReact = `import type {} from 'ganvas/react';

export const all = [
${all.map((it) => `  ${written(it, (name) => `${name}={`, '}')},`).join('\n')}
  <ganvas-lab autoplay />,
  <ganvas-lab
    onreport={({ detail }) => detail.judge?.precision}
    onsample={({ detail }) => detail.pixels}
    onstate={({ detail }) => detail.state === 'held'}
    onerror={({ detail }) => detail.code === 'network'}
  />,
  // @ts-expect-error: not among its choices
  <ganvas-lab image-size={48} />,
  // @ts-expect-error: React would leave \`false\` out, and the default would hold
  <ganvas-lab spectral-norm={false} />,
  // @ts-expect-error: no number
  <ganvas-lab width={true} />,
];
`;

export const inVue = `<script setup lang="ts">
import type {} from 'ganvas/vue';
</script>

<template>
${all.map((it) => `  ${written(it, (name) => `:${name}="`, '"')}`).join('\n')}
  <ganvas-lab autoplay />
  <ganvas-lab
    @report="({ detail }) => detail.judge?.precision"
    @sample="({ detail }) => detail.pixels"
    @state="({ detail }) => detail.state === 'held'"
    @error="({ detail }) => detail.code === 'network'"
  />
  <!-- @vue-expect-error: not among its choices -->
  <ganvas-lab :image-size="48" />
  <!-- @vue-expect-error: no number -->
  <ganvas-lab :width="true" />
</template>
`;
