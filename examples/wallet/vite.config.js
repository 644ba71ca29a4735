import { defineConfig } from 'vite'

export default defineConfig({
  // The page can lie in any folder of a static server.
  base: './',
  // The package is a folder of the repository, outside this one.
  server: { host: '127.0.0.1', fs: { allow: ['../..'] } },
})
