import { copyFile, stat, truncate } from 'node:fs/promises'

const LOOK_EVERY_MS = 60_000

/**
 * Moves a log above `limit` bytes to `.1` while another process appends to it. Its file stays the same, since the
 * writer holds it open; a line written between the copy and the cut is lost.
 */
export async function rotateLog(path: string, limit: number): Promise<void> {
  const { size } = await stat(path)
  if (size <= limit) return
  await copyFile(path, `${path}.1`)
  await truncate(path)
}

/** Looks after a log again and again, without keeping the process alive. @returns what ends that. */
export function keepLogSmall(path: string, limit: number, everyMs = LOOK_EVERY_MS): () => void {
  const timer = setInterval(() => {
    // A log that is gone or a disk that is full must not end what writes it; the next look may do better.
    rotateLog(path, limit).catch(() => {})
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
