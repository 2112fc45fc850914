import { createApp } from 'vue';
import Lab from './Lab.vue';

createApp(Lab).mount('#root');
