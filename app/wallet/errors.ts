/** `refused`: closed popup or declined · `not-connected` · `cannot-sign`: the wallet lacks the feature. */
export type WalletErrorCode = 'refused' | 'not-connected' | 'cannot-sign'

/** A wallet did not do what was asked; nothing was sent. The message is for the trader. */
export class WalletError extends Error {
  readonly code: WalletErrorCode
  constructor(code: WalletErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'WalletError'
    this.code = code
  }
}
