import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { t } from '#app/i18n/t.ts'
import { IconButton } from './Button.tsx'

const SHOWN_MS = 2_000

/** Copies `text`; `label` says what it is, as “Copy the secret”. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const Icon = copied ? Check : Copy
  return (
    <IconButton
      size="sm"
      label={copied ? t('Copied') : label}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <Icon aria-hidden className="size-3.5" />
    </IconButton>
  )
}
