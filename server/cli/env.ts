import { writeFile } from 'node:fs/promises'
import { environmentExample } from '../platform/config.ts'

export async function run(): Promise<number> {
  await writeFile('.env.example', environmentExample())
  console.log('wrote .env.example')
  return 0
}
