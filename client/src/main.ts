import { createApp } from 'vue'
import App from './App.vue'
import { createServer, serverKey } from './graphql/client.js'
import { createWords } from './i18n/index.js'
import { recoverFromMissingFiles } from './missing-files.js'
import { createPages } from './router.js'
import { applyTheme } from './theme/use-theme.js'
import './theme/main.css'

applyTheme()
recoverFromMissingFiles()
createApp(App)
  .provide(serverKey, createServer({ origin: location.origin }))
  .use(createWords())
  .use(createPages())
  .mount('#app')
