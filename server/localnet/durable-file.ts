import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { syncDirectory } from './journal.ts'

const CHECKSUM = 4

/** Writes a file that is whole or absent, whenever the machine stops. */
export function writeDurable(path: string, content: Uint8Array): void {
  const fd = openSync(`${path}.new`, 'w')
  try {
    writeFileSync(fd, withChecksum(content))
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(`${path}.new`, path)
  syncDirectory(dirname(path))
}

/** The same without holding up the event loop. */
export async function writeDurableAsync(path: string, content: Uint8Array): Promise<void> {
  const file = await open(`${path}.new`, 'w')
  try {
    await file.writeFile(withChecksum(content))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  syncDirectory(dirname(path))
}

/** @returns undefined when the content does not match its checksum. */
export function readDurable(path: string): Uint8Array | undefined {
  const bytes = readFileSync(path)
  if (bytes.length < CHECKSUM) return undefined
  const content = bytes.subarray(CHECKSUM)
  return crc32(content) === bytes.readUInt32LE(0) ? content : undefined
}

function withChecksum(content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(CHECKSUM)
  header.writeUInt32LE(crc32(content), 0)
  return Buffer.concat([header, content])
}
