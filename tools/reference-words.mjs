/**
 * The words of the element's reference that the page does not say: what the options of the element
 * do, and how values are written.
 */

/**
 * @typedef {object} ReferenceWords
 * @property {Record<string, string>} columns
 * @property {string} present of an attribute without a value
 * @property {string} absent
 * @property {string} all
 * @property {(models: string) => string} allBut
 * @property {(min: number, max: number) => string} number
 * @property {(min: number, max: number) => string} whole
 * @property {(unit: number, max: number) => string} code
 * @property {string} nothing an empty text
 * @property {string} comma
 * @property {string} semicolon
 * @property {string} colon
 * @property {Record<string, string>} help of settings that the form does not show
 * @property {Record<string, { values?: string, default?: string, about: string }>} options
 */

/** What is no setting, after the options in the table. */
export const manners = ['from_url', 'framed'];

/** @type {ReferenceWords} */
export const english = {
  columns: {
    attribute: 'attribute',
    values: 'values',
    initial: 'default',
    models: 'used by',
    tune: '`tune()`',
    about: '',
    value: 'value',
    refused: 'refused',
    why: 'why',
  },
  present: 'present or not',
  absent: 'absent',
  all: 'all',
  allBut: (models) => `all but ${models}`,
  number: (min, max) => `${min} to ${max}`,
  whole: (min, max) => `whole number, ${min} to ${max}`,
  code: (unit, max) => `letters, digits, \`-\` and \`_\`, in pieces of ${unit}, ${max} at most`,
  nothing: 'empty',
  comma: ', ',
  semicolon: '; ',
  colon: ': ',
  help: { drawing: 'The points that you drew, as text that a link can hold.' },
  options: {
    backend: { about: 'where to compute, see [Backends](#backends)' },
    lang: {
      values: '`zh…`, `en…`',
      default: 'see [Language](#language)',
      about: 'what the lab speaks',
    },
    theme: { about: 'see [Theme](#theme)' },
    controls: {
      about:
        '`basic`: start, new samples, reset; `compact`: digits, verdict, curves and these buttons within 660 px of height, also on a phone, and a link to the full lab with the same experiment; `none`: pictures and curves only',
    },
    preset: {
      values: 'see [presets.md](presets.md)',
      default: '–',
      about:
        'a set of settings; single attributes override it, and another `model` replaces it. Some fail on purpose, and say so',
    },
    autoplay: {
      about:
        'starts when scrolled into view, once, and goes on with a run that was kept; not where the reader asks for reduced motion',
    },
    exact: {
      about: 'on the CPU, the same numbers bit for bit in every browser, see [Backends](#backends)',
    },
    threads: {
      about:
        'on the CPU of a page that is isolated: how many cores share the work, see [Backends](#backends)',
    },
    preview: { about: '`off`: no [first digits](#first-digits), an illustration only' },
    offscreen: { about: '`pause`: training rests while the element is scrolled away' },
    from_url: {
      about:
        "the page's query sets the same names, over the attributes; `index.html` and `embed.html` use it",
    },
    framed: { about: 'talks with the page around an iframe, see [In an iframe](#in-an-iframe)' },
  },
};

/** @type {ReferenceWords} */
export const chinese = {
  columns: {
    attribute: '属性',
    values: '取值',
    initial: '默认值',
    models: '适用模型',
    tune: '`tune()`',
    about: '说明',
    value: '值',
    refused: '被拒绝的',
    why: '原因',
  },
  present: '写上即生效',
  absent: '不写',
  all: '全部',
  allBut: (models) => `除 ${models} 以外`,
  number: (min, max) => `${min} 到 ${max}`,
  whole: (min, max) => `整数，${min} 到 ${max}`,
  code: (unit, max) => `字母、数字、\`-\` 和 \`_\`，每 ${unit} 个一组，最多 ${max} 个`,
  nothing: '空',
  comma: '、',
  semicolon: '；',
  colon: '：',
  help: { drawing: '你画的点，写成一串能放进链接的字符。' },
  options: {
    backend: { about: '在哪里计算，见[计算后端](#计算后端)' },
    lang: { values: '`zh…`、`en…`', default: '见[语言](#语言)', about: '界面语言' },
    theme: { about: '深浅色，见[深浅色](#深浅色)' },
    controls: {
      about:
        '`basic`：只有开始、换一批 z 和从头训练；`compact`：数字、判断、曲线和这几个按钮，手机上也不超过 660 px 高，另有链接通往同一实验的完整实验台；`none`：只有图和曲线',
    },
    preset: {
      values: '见 [presets.zh-CN.md](presets.zh-CN.md)',
      default: '–',
      about:
        '一组设置；单独写出的属性优先，写了别的 `model` 则整组被取代。有些预设是故意做坏的，会写明',
    },
    autoplay: {
      about:
        '滚动到可见处就自动开始，只开始一次；有保留的训练就接着训练。读者要求减少动画时不自动开始',
    },
    exact: { about: '用 CPU 时，在任何浏览器里数值都逐位相同，见[计算后端](#计算后端)' },
    threads: {
      about: '页面处于跨源隔离状态、用 CPU 时，由几个核心分担计算，见[计算后端](#计算后端)',
    },
    preview: { about: '`off`：不画[第一批数字](#第一批数字)，只放示意图' },
    offscreen: { about: '`pause`：元素滚出屏幕时暂停训练' },
    from_url: {
      about:
        '页面地址里的查询参数用同样的名字给出设置，优先于属性；`index.html` 和 `embed.html` 就这样用',
    },
    framed: { about: '与 iframe 外面的页面互通消息，见[放在 iframe 里](#放在-iframe-里)' },
  },
};
