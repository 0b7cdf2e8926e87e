import { spawn } from 'node:child_process'
import { childEnvironment } from '../platform/config.ts'

export type Step = { name: string; command: string; args: readonly string[]; env?: Readonly<Record<string, string>> }
export type StepResult = { ok: boolean; output: string; tookMs: number }

/** Runs a program and keeps its words; `live` shows them while they come. */
export async function runStep({ command, args, env = {} }: Step, { live = false } = {}): Promise<StepResult> {
  const startedAt = performance.now()
  const chunks: Buffer[] = []
  const { promise, resolve } = Promise.withResolvers<number | null>()
  const child = spawn(command, args, {
    env: childEnvironment(env),
    stdio: live ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  })
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.once('error', (error) => {
    chunks.push(Buffer.from(`${error.message}\n`))
    resolve(null)
  })
  child.once('close', resolve)
  const code = await promise
  return { ok: code === 0, output: Buffer.concat(chunks).toString('utf8'), tookMs: performance.now() - startedAt }
}

/** A program of a dependency, run by the Node that runs us. */
export function nodeStep(
  name: string,
  script: string,
  args: readonly string[] = [],
  env?: Record<string, string>,
): Step {
  return { name, command: process.execPath, args: [script, ...args], ...(env ? { env } : {}) }
}
