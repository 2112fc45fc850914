import { createRoot, hydrateRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './App';

const root = document.getElementById('root');
const app = (
  <BrowserRouter>
    <App />
  </BrowserRouter>
);
// What a server has rendered is there already.
if (root?.firstElementChild) hydrateRoot(root, app);
else if (root) createRoot(root).render(app);
