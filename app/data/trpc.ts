import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import type { inferRouterOutputs } from '@trpc/server'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import type { AppRouter } from '#server/api/root.ts'

export type Outputs = inferRouterOutputs<AppRouter>

const url = '/api/trpc'
/** The API refuses larger batches. */
const MAX_BATCH = 20

/** The API for code outside React. Only the browser calls it; pages on the server use `server-caller.ts`. */
export const api = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: httpBatchLink({ url, maxItems: MAX_BATCH, maxURLLength: 2083 }),
    }),
  ],
})

/** `useTRPC()` gives query and mutation options for React Query. */
export const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>()
