import type { QueryClient } from '@tanstack/react-query'
import { referralCode } from '#app/data/referral.ts'
import { sessionChanged } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { signSignIn } from '#app/wallet/session.ts'

/** The connected wallet signs what the server made, and its owner is signed in. @throws WalletError, TRPCClientError */
export async function signIn(wallet: string, queries: QueryClient): Promise<void> {
  const challenge = await api.auth.challenge.mutate({ wallet })
  const signature = base64(await signSignIn(challenge))
  const code = referralCode()
  await api.auth.signIn.mutate({ nonce: challenge.nonce, signature, ...(code && { referralCode: code }) })
  await sessionChanged(queries, true)
}

export async function signOut(queries: QueryClient): Promise<void> {
  await api.auth.signOut.mutate()
  await sessionChanged(queries, false)
}

export async function confirmWithWallet(): Promise<void> {
  const challenge = await api.auth.confirmChallenge.mutate()
  const signature = base64(await signSignIn(challenge))
  await api.auth.confirmWithWallet.mutate({ nonce: challenge.nonce, signature })
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
