import { useQuery } from '@tanstack/react-query'
import { useTRPC } from './trpc.ts'

/** Cluster, endpoints and program of this deployment; fixed while the page is open. */
export function useSystemConfig() {
  const trpc = useTRPC()
  // Wallets and the chain depend on it, so it is asked for until the server answers.
  return useQuery({ ...trpc.system.config.queryOptions(), staleTime: Number.POSITIVE_INFINITY, retry: true }).data
}
