import type { BrowserContext, Page } from '@playwright/test'
import { Keypair, VersionedTransaction } from '@solana/web3.js'

/** A Wallet Standard wallet of a third party in the page, whose owner the test plays: it signs, or it refuses. */
export type TestWallet = { name: string; address: string; refuse: (what: 'connect' | 'sign' | null) => void }

/** In one page, or in every page of a browser. */
export async function installTestWallet(page: Page | BrowserContext): Promise<TestWallet> {
  const keypair = Keypair.generate()
  const name = 'Test wallet'
  let refused: 'connect' | 'sign' | null = null
  await page.exposeFunction('testWalletAsks', (what: 'connect' | 'sign') => refused !== what)
  await page.exposeFunction('testWalletSigns', (bytes: number[]) => {
    const transaction = VersionedTransaction.deserialize(Uint8Array.from(bytes))
    transaction.sign([keypair])
    return [...transaction.serialize()]
  })
  await page.addInitScript(register, {
    name,
    address: keypair.publicKey.toBase58(),
    publicKey: [...keypair.publicKey.toBytes()],
  })
  return {
    name,
    address: keypair.publicKey.toBase58(),
    refuse: (what) => {
      refused = what
    },
  }
}

/** Runs in the page, before its scripts: registers as any wallet extension does. */
function register({ name, address, publicKey }: { name: string; address: string; publicKey: number[] }): void {
  const asks = (what: string): Promise<boolean> => Reflect.get(window, 'testWalletAsks')(what)
  const signs = (bytes: number[]): Promise<number[]> => Reflect.get(window, 'testWalletSigns')(bytes)
  const account = {
    address,
    publicKey: Uint8Array.from(publicKey),
    chains: ['solana:localnet'],
    features: ['solana:signTransaction'],
  }
  let accounts: (typeof account)[] = []
  const permit = async (what: string): Promise<void> => {
    if (!(await asks(what))) throw new Error('User rejected the request.')
  }
  const wallet = {
    version: '1.0.0',
    name,
    icon: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    chains: ['solana:localnet'],
    get accounts() {
      return accounts
    },
    features: {
      'standard:connect': {
        version: '1.0.0',
        connect: async () => {
          await permit('connect')
          accounts = [account]
          return { accounts }
        },
      },
      'standard:events': { version: '1.0.0', on: () => () => undefined },
      'solana:signTransaction': {
        version: '1.0.0',
        supportedTransactionVersions: ['legacy', 0],
        signTransaction: async (...inputs: { transaction: Uint8Array }[]) => {
          await permit('sign')
          return Promise.all(
            inputs.map(async ({ transaction }) => ({
              signedTransaction: Uint8Array.from(await signs([...transaction])),
            })),
          )
        },
      },
    },
  }
  const announce = (api: { register: (wallet: unknown) => void }): void => api.register(wallet)
  addEventListener('wallet-standard:app-ready', (event) => announce((event as CustomEvent).detail))
  dispatchEvent(new CustomEvent('wallet-standard:register-wallet', { detail: announce }))
}
