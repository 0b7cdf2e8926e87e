import { existsSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { createLog } from './log.ts'

test.runIf(existsSync('/dev/full'))('a full disk is told once and ends nothing', async () => {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const log = createLog({ name: 'test', level: 'info', format: 'json', file: '/dev/full' })
    for (let i = 0; i < 3; i++) log.info('a line that has no room')
    await new Promise((resolve) => setTimeout(resolve, 50))
    const told = stderr.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('/dev/full'))
    expect(told).toEqual([expect.stringMatching(/cannot be written: .*ENOSPC/)])
  } finally {
    stderr.mockRestore()
  }
})
