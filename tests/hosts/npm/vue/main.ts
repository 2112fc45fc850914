import { createApp } from 'vue';
import { createRouter, createWebHistory } from 'vue-router';
import App from './App.vue';
import Frame from './Frame.vue';
import Home from './Home.vue';
import Lab from './Lab.vue';

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: Home },
    { path: '/element', component: Lab },
    { path: '/iframe', component: Frame },
  ],
});
createApp(App).use(router).mount('#root');
