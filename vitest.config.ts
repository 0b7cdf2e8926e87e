import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{app,programs,server,supabase}/**/*.test.{ts,tsx}', 'ai-agent/**/*.test.ts', 'tests/chaos/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/target/**', '.next/**'],
    environment: 'node',
    // Every core, but no more connections than the one PostgreSQL of all tests has.
    maxWorkers: Math.min(availableParallelism(), 4),
    globalSetup: ['server/platform/db/testing-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
