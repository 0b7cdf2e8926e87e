import {
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  unlinkSync,
  write,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'

/**
 * Append-only files (segments) of framed records: u32 length, u32 crc32, payload. Appending never waits; `flushed`
 * resolves when everything appended so far is on disk. While one write is on its way the next ones gather, so that one
 * fsync serves many (group commit).
 */
export type Locator = { segment: number; offset: number; length: number }
export type Journal = ReturnType<typeof openJournal>

const FRAME = 8
/** A record above this is not ours: the largest account is 10 MiB. */
const LONGEST_RECORD = 64 * 1024 * 1024

const writeAsync = promisify(write)
const fdatasyncAsync = promisify(fdatasync)

export const segmentPath = (directory: string, segment: number): string =>
  join(directory, `${String(segment).padStart(8, '0')}.journal`)

type File = { fd: number; written: number }

/** @param size - length of the segment's sound part (`readSegment`); what lies behind it was never confirmed. */
export function openJournal(directory: string, firstSegment: number, size: number) {
  const files = new Map<number, File>()
  let segment = firstSegment
  let appended = size
  let gathering: { segment: number; chunks: Uint8Array[] }[] = []
  let pumping = false
  let failure: Error | undefined
  /** Counts of records: appended, and on disk. */
  let records = 0
  let durable = 0
  const waiters: { records: number; resolve: () => void; reject: (error: Error) => void }[] = []
  openForAppend(segment, size)

  function openForAppend(number: number, length: number): void {
    const fd = openSync(segmentPath(directory, number), length === 0 ? 'w+' : 'r+')
    ftruncateSync(fd, length)
    fsyncSync(fd)
    syncDirectory(directory)
    files.set(number, { fd, written: length })
  }

  function file(number: number): File {
    let open = files.get(number)
    if (open === undefined) {
      open = { fd: openSync(segmentPath(directory, number), 'r'), written: Number.POSITIVE_INFINITY }
      files.set(number, open)
    }
    return open
  }

  async function writeOut(groups: typeof gathering): Promise<void> {
    for (const group of groups) {
      const target = file(group.segment)
      const bytes = Buffer.concat(group.chunks)
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await writeAsync(target.fd, bytes, at, bytes.length - at, target.written)
        at += bytesWritten
        target.written += bytesWritten
      }
      await fdatasyncAsync(target.fd)
    }
  }

  async function pump(): Promise<void> {
    pumping = true
    try {
      while (gathering.length > 0) {
        const groups = gathering
        const upTo = records
        gathering = []
        await writeOut(groups)
        durable = upTo
        while (waiters[0] !== undefined && waiters[0].records <= durable) waiters.shift()?.resolve()
      }
    } catch (cause) {
      failure = new Error(`The local chain's journal cannot be written: ${String(cause)}. Free the disk and restart.`, {
        cause,
      })
      for (const waiter of waiters) waiter.reject(failure)
      waiters.length = 0
    } finally {
      pumping = false
    }
  }

  /** @throws Error when the disk refused a write: nothing after it is durable. */
  function flushed(): Promise<void> {
    if (failure !== undefined) return Promise.reject(failure)
    if (durable === records) return Promise.resolve()
    return new Promise((resolve, reject) => {
      waiters.push({ records, resolve, reject })
      if (!pumping) void pump()
    })
  }

  return {
    append(payload: Uint8Array): Locator {
      if (failure !== undefined) throw failure
      const frame = Buffer.alloc(FRAME)
      frame.writeUInt32LE(payload.length, 0)
      frame.writeUInt32LE(crc32(payload), 4)
      const last = gathering.at(-1)
      if (last?.segment === segment) last.chunks.push(frame, payload)
      else gathering.push({ segment, chunks: [frame, payload] })
      const locator = { segment, offset: appended + FRAME, length: payload.length }
      appended += FRAME + payload.length
      records += 1
      return locator
    },

    flushed,

    /** Reads a payload that is on disk. */
    read({ segment: from, offset, length }: Locator): Uint8Array {
      const bytes = Buffer.alloc(length)
      if (readSync(file(from).fd, bytes, 0, length, offset) !== length) {
        throw new Error(`Segment ${from} of the journal ends inside the record at ${offset}.`)
      }
      return bytes
    },

    /** Starts the next segment and returns its number. */
    rotate(): number {
      openForAppend(segment + 1, 0)
      segment += 1
      appended = 0
      return segment
    },

    drop(number: number): void {
      const open = files.get(number)
      if (open !== undefined) closeSync(open.fd)
      files.delete(number)
      unlinkSync(segmentPath(directory, number))
    },

    get segment() {
      return segment
    },
    /** Bytes of the current segment, those on their way to the disk included. */
    get size() {
      return appended
    },

    async close(): Promise<void> {
      try {
        await flushed()
      } finally {
        for (const { fd } of files.values()) closeSync(fd)
        files.clear()
      }
    },
  }
}

export type Segment = { records: { offset: number; payload: Uint8Array }[]; soundLength: number; length: number }

/** Reads a segment up to the first frame that is cut or fails its checksum: a kill may tear the last write. */
export function readSegment(directory: string, segment: number): Segment {
  const bytes = readFileSync(segmentPath(directory, segment))
  const records: Segment['records'] = []
  let at = 0
  while (at + FRAME <= bytes.length) {
    const length = bytes.readUInt32LE(at)
    const start = at + FRAME
    if (length === 0 || length > LONGEST_RECORD || start + length > bytes.length) break
    const payload = bytes.subarray(start, start + length)
    if (crc32(payload) !== bytes.readUInt32LE(at + 4)) break
    records.push({ offset: start, payload })
    at = start + length
  }
  return { records, soundLength: at, length: bytes.length }
}

/** Makes the names in a directory durable, not only the files' content. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
