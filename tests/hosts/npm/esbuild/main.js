import { define } from 'ganvas';

define({ site: '/ganvas/' });
