'use client'

export function AccountPanel() {
  return <section aria-label="Account" className="border-line border-t p-3" />
}
