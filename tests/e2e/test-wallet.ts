import { createPrivateKey, sign } from 'node:crypto'
import type { BrowserContext, Page } from '@playwright/test'
import { Keypair, VersionedTransaction } from '@solana/web3.js'

/** A Wallet Standard wallet of a third party in the page, whose owner the test plays: it signs, or it refuses. */
export type TestWallet = { name: string; address: string; refuse: (what: 'connect' | 'sign' | null) => void }

/** How a wallet signs in: with a feature of its own, by signing a text, or not at all. */
export type SignsIn = 'signIn' | 'signMessage' | 'never'

/** In one page, or in every page of a browser. */
export async function installTestWallet(
  page: Page | BrowserContext,
  { signsIn = 'never', keypair = Keypair.generate() }: { signsIn?: SignsIn; keypair?: Keypair } = {},
): Promise<TestWallet> {
  const name = 'Test wallet'
  let refused: 'connect' | 'sign' | null = null
  await page.exposeFunction('testWalletAsks', (what: 'connect' | 'sign') => refused !== what)
  await page.exposeFunction('testWalletSigns', (bytes: number[]) => {
    const transaction = VersionedTransaction.deserialize(Uint8Array.from(bytes))
    transaction.sign([keypair])
    return [...transaction.serialize()]
  })
  await page.exposeFunction('testWalletSignsText', (text: string) => [...signText(keypair, text)])
  await page.addInitScript(register, {
    name,
    signsIn,
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

/** Ed25519, as a wallet signs a message. */
export function signText(keypair: Keypair, text: string): Uint8Array {
  // What Node's crypto wants before the 32 bytes of a private key.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), keypair.secretKey.subarray(0, 32)])
  return sign(null, Buffer.from(text), createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
}

type Registered = { name: string; address: string; publicKey: number[]; signsIn: SignsIn }

/** Runs in the page, before its scripts: registers as any wallet extension does. */
function register({ name, address, publicKey, signsIn }: Registered): void {
  const asks = (what: string): Promise<boolean> => Reflect.get(window, 'testWalletAsks')(what)
  const signs = (bytes: number[]): Promise<number[]> => Reflect.get(window, 'testWalletSigns')(bytes)
  const signsText = (text: string): Promise<number[]> => Reflect.get(window, 'testWalletSignsText')(text)
  const account = {
    address,
    publicKey: Uint8Array.from(publicKey),
    chains: ['solana:localnet'],
    features: ['solana:signTransaction', ...(signsIn === 'never' ? [] : [`solana:${signsIn}`])],
  }
  /** The text of Sign in with Solana, from what the page asks for. */
  const textOf = (input: Record<string, string>): string =>
    [
      `${input.domain} wants you to sign in with your Solana account:`,
      input.address,
      '',
      input.statement,
      '',
      `URI: ${input.uri}`,
      `Version: ${input.version}`,
      `Chain ID: ${input.chainId}`,
      `Nonce: ${input.nonce}`,
      `Issued At: ${input.issuedAt}`,
      `Expiration Time: ${input.expirationTime}`,
    ].join('\n')
  const signed = async (text: string) => {
    await permit('sign')
    return { signedMessage: new TextEncoder().encode(text), signature: Uint8Array.from(await signsText(text)) }
  }
  const signingIn = {
    signIn: {
      'solana:signIn': {
        version: '1.0.0',
        signIn: async (...inputs: Record<string, string>[]) =>
          Promise.all(inputs.map(async (input) => ({ account, ...(await signed(textOf(input))) }))),
      },
    },
    signMessage: {
      'solana:signMessage': {
        version: '1.0.0',
        signMessage: async (...inputs: { message: Uint8Array }[]) =>
          Promise.all(inputs.map(({ message }) => signed(new TextDecoder().decode(message)))),
      },
    },
    never: {},
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
      ...signingIn[signsIn],
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
