import { renderToString } from 'react-dom/server';
import { StaticRouter } from 'react-router';
import { App } from './App';

export const render = (address: string) =>
  renderToString(
    <StaticRouter location={address}>
      <App />
    </StaticRouter>,
  );
