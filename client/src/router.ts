import { createRouter, createWebHistory } from 'vue-router'

/** Each page is a file of its own, loaded when it is first seen. */
export function createPages() {
  return createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', name: 'elections', component: () => import('./pages/ElectionListPage.vue') },
      { path: '/e/:slug', name: 'dashboard', component: () => import('./pages/DashboardPage.vue'), props: true },
      { path: '/e/:slug/vote', name: 'vote', component: () => import('./pages/VotePage.vue'), props: true },
      { path: '/receipt', name: 'look-up', component: () => import('./pages/ReceiptPage.vue'), props: { tracker: '' } },
      { path: '/receipt/:tracker', name: 'receipt', component: () => import('./pages/ReceiptPage.vue'), props: true },
      { path: '/:path(.*)*', name: 'not-found', component: () => import('./pages/NotFoundPage.vue') },
    ],
    scrollBehavior(to, from, saved) {
      if (saved !== null) return saved
      return to.path === from.path ? undefined : { top: 0 }
    },
  })
}
