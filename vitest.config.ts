import { defineConfig } from 'vitest/config'

// vitest reads its configuration from a default export.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are the smallest machine we promise; more workers only make real servers time out.
    maxWorkers: 2,
    // A shared machine may stall a real server past its deadline; a test that fails three times is broken.
    retry: 2,
  },
})
