import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { isExecutable } from '../platform/executable.ts'
import { runStep } from './steps.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const MAC_APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

export type Browser =
  | { found: true /** Undefined: Playwright's own download. */; path: string | undefined }
  | { found: false; advice: string }

/** The system's Chromium; else Debian's package where we may install; else Playwright's own. */
export async function findChromium(searchPath: string): Promise<Browser> {
  const own = await findSystemChromium(searchPath)
  if (own) return { found: true, path: own }

  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium for the browser tests (apt-get) …')
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
    await runStep({ name: 'apt-get update', command: 'apt-get', args: ['update', '-q'], env: quiet })
    const install = ['install', '-y', '-q', '--no-install-recommends', 'chromium']
    await runStep({ name: 'apt-get install', command: 'apt-get', args: install, env: quiet })
    const installed = await findSystemChromium(searchPath)
    if (installed) return { found: true, path: installed }
  }

  console.log("Fetching Playwright's Chromium for the browser tests …")
  const fetched = await runStep({
    name: 'playwright install',
    command: process.execPath,
    args: ['node_modules/@playwright/test/cli.js', 'install', 'chromium'],
  })
  if (fetched.ok) return { found: true, path: undefined }
  return {
    found: false,
    advice:
      'There is no Chromium here and none could be fetched. Install one (Debian: apt-get install chromium) and run ./qd test again.',
  }
}

export async function findSystemChromium(searchPath: string): Promise<string | undefined> {
  const candidates = [
    ...searchPath.split(delimiter).flatMap((dir) => NAMES.map((name) => join(dir, name))),
    ...MAC_APPLICATIONS,
  ]
  for (const path of candidates.filter(isExecutable)) {
    // Ubuntu's package is a stub that only tells to use snap: what cannot say its version is no browser.
    const { ok, output } = await runStep({ name: 'version', command: path, args: ['--version'] })
    if (ok && /\d+\.\d+/.test(output)) return path
  }
  return undefined
}
