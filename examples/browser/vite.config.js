import { defineConfig } from 'vite'

export default defineConfig({
  // The page can lie in any folder of a static server.
  base: './',
  // The package and the recording lie in the repository, outside this folder.
  server: { host: '127.0.0.1', fs: { allow: ['../..'] } },
  build: { target: 'es2022' },
})
