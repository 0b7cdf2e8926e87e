/** Where rows are that hold sealed secrets, in SQL: `rowId` and `userId` are what each secret is bound to. */
type SealedRows = {
  table: string
  /** All columns that hold one: a secret that was replaced stays bound to the place it was made for. */
  columns: readonly [string, ...string[]]
  rowId: string
  userId: string
  /** Of rows that hold something else in that column, which not. */
  where?: string
  /** Whose master keys they are under; SEAL_KEYS where it says nothing. */
  masters?: 'signer'
}

/**
 * Every place a secret is sealed for. Nothing can be sealed for another, so a rotation of the master key misses none; a
 * test holds this to the catalogue.
 */
export const SEALED_COLUMNS = {
  'app.mfa_factors.secret': {
    table: 'app.mfa_factors',
    columns: ['secret'],
    rowId: 'id',
    userId: 'user_id',
    // A passkey keeps its public key there.
    where: "kind = 'totp'",
  },
  'app.api_keys.sealed_secret': {
    table: 'app.api_keys',
    columns: ['sealed_secret'],
    rowId: 'id',
    userId: 'user_id',
  },
  'app.webhook_secrets.sealed': {
    table: 'app.webhook_secrets',
    columns: ['sealed', 'sealed_previous'],
    rowId: 'webhook_id',
    userId: '(select w.user_id from public.webhooks w where w.id = webhook_id)',
  },
  'app.signing_secrets.sealed': {
    table: 'app.signing_secrets',
    columns: ['sealed'],
    rowId: 'key_id',
    userId: 'user_id',
    masters: 'signer',
  },
} as const satisfies Readonly<Record<string, SealedRows>>

export type SealedColumn = keyof typeof SEALED_COLUMNS

/** SEAL_KEYS, or SIGNER_SEAL_KEYS. */
export type Masters = 'shared' | 'signer'

export const sealedRows = (under: Masters): [SealedColumn, SealedRows][] =>
  Object.entries<SealedRows>(SEALED_COLUMNS)
    .filter(([, { masters = 'shared' }]) => masters === under)
    .map(([column, rows]) => [column as SealedColumn, rows])
