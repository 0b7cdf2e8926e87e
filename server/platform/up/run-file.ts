import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { DRAIN_MS } from '../child-process.ts'
import { pollUntil } from '../poll.ts'
import { commandOf, isAlive } from '../ports.ts'

const runState = z.object({
  pid: z.number(),
  /** The supervisor's command line, to tell it from a process that got its pid later. */
  command: z.string(),
  /** The script its parts run, for the same purpose. */
  entry: z.string(),
  url: z.string(),
  startedAt: z.number(),
  ready: z.boolean(),
  parts: z.record(z.string(), z.object({ pid: z.number().optional(), state: z.string(), since: z.number() })),
})

/** What runs on a data directory, in DATA_DIR/run: how `stop` and `status` find exactly our processes. */
export type RunState = z.output<typeof runState>

function runDir(dataDir: string): string {
  return join(dataDir, 'run')
}

function runFile(dataDir: string): string {
  return join(runDir(dataDir), 'supervisor.json')
}

async function writeRunState(dataDir: string, state: RunState): Promise<void> {
  await mkdir(runDir(dataDir), { recursive: true })
  const file = runFile(dataDir)
  await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`)
  await rename(`${file}.new`, file)
}

/**
 * A writer whose writes follow one another. One that fails is told to `onFailure` and forgotten: the next one writes
 * the newest state anyway.
 */
export function runStateWriter(dataDir: string, state: RunState, onFailure: (error: unknown) => void) {
  let writing: Promise<void> = Promise.resolve()
  return (): Promise<void> => {
    writing = writing.then(() => writeRunState(dataDir, state)).catch(onFailure)
    return writing
  }
}

export async function removeRunState(dataDir: string): Promise<void> {
  await rm(runFile(dataDir), { force: true })
}

/** What the last supervisor wrote, whether it lives or not. */
async function readRunState(dataDir: string): Promise<RunState | undefined> {
  const text = await readFile(runFile(dataDir), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const parsed = runState.safeParse(parsedJson(text))
  return parsed.success ? parsed.data : undefined
}

/** A file that a full disk or a power cut damaged names nobody; no command may fail over it. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The supervisor that runs on the data directory now. */
export async function liveRun(dataDir: string): Promise<RunState | undefined> {
  const state = await readRunState(dataDir)
  return state && (await isSupervisor(state)) ? state : undefined
}

async function isSupervisor({ pid, command }: RunState): Promise<boolean> {
  return isAlive(pid) && (await commandOf(pid)) === command
}

/**
 * Waits for the parts of a supervisor that was killed: they drain by themselves when it is gone, and are killed when
 * they do not. PostgreSQL stays; the next start adopts it.
 * @returns how many there were.
 */
export async function endOrphans(dataDir: string): Promise<number> {
  const state = await readRunState(dataDir)
  if (state === undefined || (await isSupervisor(state))) return 0
  const pids = Object.values(state.parts).flatMap(({ pid }) => pid ?? [])
  const ours = await Promise.all(pids.map(async (pid) => (await commandOf(pid)).includes(`${state.entry} --role`)))
  const orphans = pids.filter((_, i) => ours[i])
  await Promise.all(
    orphans.map(async (pid) => {
      if (await pollUntil(() => !isAlive(pid), { timeoutMs: DRAIN_MS })) return
      process.kill(pid, 'SIGKILL')
    }),
  )
  return orphans.length
}
