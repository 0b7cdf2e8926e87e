'use client'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import type { MarketId } from '#server/exchange/schema.ts'
import { type CsvRow, toCsv } from './csv.ts'

type Kind = 'orders' | 'fills' | 'funding' | 'liquidations' | 'transfers'
const PAGE = 500

/** Saves the whole history of one kind as a CSV file: exact amounts, times in UTC. */
export function ExportButton({ kind, market, authority }: { kind: Kind; market: MarketId | null; authority: string }) {
  const [busy, setBusy] = useState(false)
  const save = async (): Promise<void> => {
    setBusy(true)
    try {
      download(`quantdesk-${kind}-${authority.slice(0, 8)}.csv`, toCsv(await allItems(kind, authority, market)))
    } catch (error) {
      toast.error(t('The file could not be made'), {
        description: error instanceof Error ? error.message : String(error),
      })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button size="sm" variant="ghost" busy={busy} onClick={() => void save()}>
      <Download aria-hidden className="size-3" />
      CSV
    </Button>
  )
}

async function allItems(kind: Kind, authority: string, market: MarketId | null): Promise<CsvRow[]> {
  const items: CsvRow[] = []
  let cursor: string | undefined
  do {
    const input = {
      authority,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
      ...(market === null || kind === 'transfers' ? {} : { market }),
    }
    const page = await api.account[kind].query(input)
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return items
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
