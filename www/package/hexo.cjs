/**
 * For Hexo: `{% ganvas preset:quick seed:42 %}` in an article, and nothing to copy. A line in a file
 * of the blog's folder scripts/ switches it on: `require('ganvas/hexo')(hexo);`
 */
const { createReadStream, readdirSync } = require('node:fs');
const path = require('node:path');
const { tags } = require('./vscode.html-custom-data.json');

const known = new Map(
  tags[0].attributes.map(({ name, values }) => [name, values?.map(({ name }) => name)]),
);

/** What is for programs and editors, not for a site. */
const beside = /^(element|index|define)\.js$|\.(cjs|json|md|d\.ts)$|^(node_modules|package)(\/|$)/;

/** Stands in the tag until the script has come. */
const sentences = {
  zh: '这里是一个可以动手训练的生成对抗网络。如果一直看到这句话，请刷新页面，或打开浏览器的 JavaScript。',
  en: 'Here is a GAN to train. If this sentence stays, reload the page, or switch JavaScript on.',
};

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** @param {string[]} words such as `preset:quick` and `autoplay` */
function attributes(words) {
  return words.map((word) => {
    const [, name, value] = /^([^:=]+)(?:[:=](.*))?$/.exec(word) ?? [word, word];
    if (!known.has(name)) {
      throw new Error(`{% ganvas %} has no "${name}". It has ${[...known.keys()].join(', ')}.`);
    }
    const values = known.get(name);
    if (values && !values.includes(value)) {
      throw new Error(`{% ganvas %}: "${name}" is one of ${values.join(', ')}, not "${value}".`);
    }
    return value === undefined ? ` ${name}` : ` ${name}="${escaped(value)}"`;
  });
}

/** @returns {string[]} the site's files, by their paths */
function files() {
  return readdirSync(__dirname, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(__dirname, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => !beside.test(file));
}

/** @param {any} hexo */
module.exports = function ganvas(hexo) {
  hexo.extend.generator.register('ganvas', () =>
    files().map((file) => ({
      path: `ganvas/${file}`,
      data: () => createReadStream(path.join(__dirname, file)),
    })),
  );
  hexo.extend.tag.register('ganvas', function tag(words) {
    const written = attributes(words).join('');
    const told = / lang="([^"]*)"/.exec(written)?.[1];
    const language = told ?? this.lang ?? [hexo.config.language].flat()[0] ?? '';
    const sentence = /^en/.test(language) ? sentences.en : sentences.zh;
    const script = hexo.extend.helper.get('url_for').call(hexo, '/ganvas/ganvas.js');
    return `<script type="module" data-pjax src="${escaped(script)}"></script>
<ganvas-lab${written}>${sentence}</ganvas-lab>`;
  });
};
