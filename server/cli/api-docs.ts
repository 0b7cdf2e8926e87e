import { writeFile } from 'node:fs/promises'
import { documentFiles } from '../api/documents.ts'

export async function run(): Promise<number> {
  for (const [file, text] of Object.entries(await documentFiles())) {
    await writeFile(file, text)
    console.log(`wrote ${file}`)
  }
  return 0
}
