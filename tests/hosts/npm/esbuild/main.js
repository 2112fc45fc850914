import { define } from 'ganvas';
import './use.js';

define({ site: '/ganvas/' });
