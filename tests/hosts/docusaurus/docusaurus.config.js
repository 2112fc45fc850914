export default {
  title: 'Notes',
  url: 'http://localhost',
  baseUrl: '/',
  i18n: { defaultLocale: 'zh-CN', locales: ['zh-CN'] },
  presets: [['classic', { docs: { routeBasePath: '/', sidebarPath: false }, blog: false }]],
  themeConfig: { navbar: { title: 'Notes' } },
  // The lab lies in static/ganvas.
  scripts: [
    { src: '/ganvas/ganvas.js', type: 'module' },
    { src: '/ganvas/frames.js', type: 'module' },
  ],
};
