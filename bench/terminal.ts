import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { env } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium, type Page } from '@playwright/test'
import { findSystemChromium } from '#server/cli/chromium.ts'
import { priceDto } from '#server/oracle/schema.ts'
import { loadConfig } from '#server/platform/config.ts'
import { resolveDatabase } from '#server/platform/db/connection.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { notifyBus } from '#server/platform/notify-bus.ts'
import { STACK_ENVIRONMENT, STACK_PORT } from '../tests/e2e/environment.ts'
import { type Frames, scriptBeforeTicket, watchFrames } from './parts/browser-frames.ts'
import { runBusyMarket } from './parts/busy-market.ts'

export const name = 'Terminal (the whole stack, and this machine’s Chromium beside it)'

const URL = `http://127.0.0.1:${STACK_PORT}`
const MARKET = 'SOL-PERP'
const UPDATES_PER_SECOND = 50
const RUN_MS = 30_000
const WARM_UP_MS = 5_000
const READY_MS = 300_000
const ATTEMPTS = 10
const LEAST_FPS = 58
const LONGEST_TASK_MS = 50
const SCRIPT_KB = 300
/** Chart, book, trades and depth all in sight: the most that moves at once. */
const BUSIEST = { width: 1920, height: 1080 }

export async function run() {
  const stack = spawn(process.execPath, [join(import.meta.dirname, '../tests/e2e/stack.ts')], {
    env: { ...env, ...STACK_ENVIRONMENT },
    stdio: 'ignore',
  })
  try {
    await ready(stack)
    const { directUrl } = await resolveDatabase(loadConfig({ ...env, ...STACK_ENVIRONMENT }))
    const bus = await notifyBus({ url: directUrl, log })
    const executablePath = env.QD_CHROMIUM ?? (await findSystemChromium(env.PATH ?? ''))
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args })
    try {
      const page = await browser.newPage({ viewport: BUSIEST })
      await openWhole(page)
      await page.waitForFunction(() => performance.getEntriesByName('ticket usable').length > 0)
      const script = await scriptBeforeTicket(page)
      const first = priceDto.parse(await (await fetch(`${URL}/api/oracle/${MARKET}`)).json())
      const market = runBusyMarket(bus, first, UPDATES_PER_SECOND)
      await delay(WARM_UP_MS)
      const before = market.sent()
      const frames = await watchFrames(page, RUN_MS)
      const perSecond = ((market.sent() - before) * 1_000) / frames.elapsedMs
      market.stop()
      return rows(frames, perSecond, script, await isLive(page))
    } finally {
      await browser.close()
      await bus.close()
    }
  } finally {
    if (stack.exitCode === null) {
      stack.kill('SIGTERM')
      await once(stack, 'exit')
    }
  }
}

/** A stack under way may answer without its markets; the ticket then waits for them, and so would the measurement. */
async function openWhole(page: Page): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answer = await page.goto(`${URL}/trade/${MARKET}`)
    if ((await answer?.text())?.includes(`Order for ${MARKET}`) === true) return
  }
  throw new Error(`No answer of ${ATTEMPTS} brought the ticket`)
}

async function ready(stack: ChildProcess): Promise<void> {
  const until = performance.now() + READY_MS
  while (performance.now() < until) {
    if (stack.exitCode !== null)
      throw new Error(`The stack ended with ${stack.exitCode}; its logs are in ${STACK_ENVIRONMENT.DATA_DIR}/logs`)
    const answer = await fetch(`${URL}/readyz`).catch(() => undefined)
    if (answer?.ok === true) return
    await delay(500)
  }
  throw new Error(`The stack was not ready after ${READY_MS / 1_000} s`)
}

const isLive = (page: Page): Promise<boolean> =>
  page
    .getByRole('contentinfo')
    .textContent()
    .then((text) => text?.includes('Live') === true)

function rows(frames: Frames, perSecond: number, script: { bytes: number; files: number }, live: boolean) {
  const fps = (frames.frames * 1_000) / frames.elapsedMs
  const gaps = Float64Array.from(frames.gaps).sort()
  const p99 = gaps[Math.floor(gaps.length * 0.99)] ?? 0
  const over = frames.longTasks.filter((ms) => ms > LONGEST_TASK_MS)
  const kilobytes = script.bytes / 1_000
  return [
    {
      what: `frames per second over ${RUN_MS / 1_000} s at ${perSecond.toFixed(0)} updates/s`,
      value: `${fps.toFixed(1)} fps, p99 ${p99.toFixed(1)} ms between frames${live ? '' : ', but the stream was not live'}`,
      target: `≥ ${LEAST_FPS} fps`,
      met: live && fps >= LEAST_FPS,
    },
    {
      what: 'tasks over 50 ms in that time',
      value: over.length === 0 ? 'none' : `${over.length}, the longest ${Math.max(...over).toFixed(0)} ms`,
      target: 'none',
      met: over.length === 0,
    },
    {
      what: 'script asked for before the ticket is usable, gzip',
      value: `${kilobytes.toFixed(1)} kB in ${script.files} files`,
      target: `≤ ${SCRIPT_KB} kB`,
      met: kilobytes <= SCRIPT_KB,
    },
  ]
}
