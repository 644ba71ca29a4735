import { defineConfig } from 'vite'

// The page can lie in any folder of a static server.
export default defineConfig({ base: './' })
