'use client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { TRPCClientError } from '@trpc/client'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useState } from 'react'
import { SettingsProvider } from './data/SettingsProvider.tsx'
import type { Settings } from './data/settings.ts'
import { api, TRPCProvider } from './data/trpc.ts'
import type { Dictionary } from './i18n/language.ts'
import { Toaster } from './ui/Toaster.tsx'
import { WalletProvider } from './wallet/WalletProvider.tsx'

const MAX_RETRIES = 3

/** A refusal stays a refusal: only what may pass by itself (network, a part that is down) is tried again. */
function retry(failures: number, error: Error): boolean {
  if (failures >= MAX_RETRIES) return false
  if (!(error instanceof TRPCClientError)) return true
  const status: unknown = error.data?.httpStatus
  return typeof status !== 'number' || status >= 500 || status === 429
}

const createQueryClient = () =>
  new QueryClient({ defaultOptions: { queries: { staleTime: 10_000, retry, refetchOnWindowFocus: true } } })

type ProvidersProps = { settings: Settings; dictionary: Dictionary; children: ReactNode }

export function Providers({ settings, dictionary, children }: ProvidersProps) {
  const [queryClient] = useState(createQueryClient)
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={api} queryClient={queryClient}>
        <NuqsAdapter>
          <SettingsProvider initial={settings} dictionary={dictionary}>
            <WalletProvider>{children}</WalletProvider>
            <Toaster />
          </SettingsProvider>
        </NuqsAdapter>
      </TRPCProvider>
    </QueryClientProvider>
  )
}
