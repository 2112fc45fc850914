/** Renders every page on the server; files come as they are. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { render } from './server/server.js';

const dist = fileURLToPath(new URL('./dist', import.meta.url));
const page = await readFile(`${dist}/index.html`, 'utf8');
const file = sirv(dist);

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (extname(pathname)) {
    file(request, response, () => response.writeHead(404).end());
    return;
  }
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end(page.replace('<!-- rendered -->', () => render(pathname)));
});
server.listen(process.env.PORT, () => console.log(server.address().port));
