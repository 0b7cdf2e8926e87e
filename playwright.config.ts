import { defineConfig, devices } from '@playwright/test'
import { STACK_ENVIRONMENT, STACK_PORT } from './tests/e2e/environment.ts'

/** `./qd test` names the browser in QD_CHROMIUM; without it Playwright uses its own. */
const executablePath = process.env.QD_CHROMIUM

const ALONE = /(crash|predicted)\.spec\.ts$/

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  fullyParallel: true,
  // Prices move on while a test reads and clicks. What needs its second try is told as flaky.
  retries: 1,
  workers: 2,
  // The first: many traders at once on one exchange. The second: what kills its parts, or needs it for itself alone.
  projects: [
    { name: 'alongside', testIgnore: ALONE },
    { name: 'alone', testMatch: ALONE, workers: 1, dependencies: ['alongside'] },
  ],
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: `http://127.0.0.1:${STACK_PORT}`,
    viewport: { width: 1440, height: 900 },
    // The DOM at each step is kept; filming each page as well costs a fifth of a run's processor time.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    // A route that a test lays is passed by for what a service worker asks; its own test allows it.
    serviceWorkers: 'block',
    launchOptions: executablePath === undefined ? {} : { executablePath },
  },
  webServer: {
    command: `${process.execPath} tests/e2e/stack.ts`,
    url: `http://127.0.0.1:${STACK_PORT}/readyz`,
    // A first run builds the pages.
    timeout: 240_000,
    stdout: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
    env: STACK_ENVIRONMENT,
  },
})
