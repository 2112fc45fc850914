import { renderToString } from 'react-dom/server';
import { Lab } from './Lab';

console.log(renderToString(<Lab />));
