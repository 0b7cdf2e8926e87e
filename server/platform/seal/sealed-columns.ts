/** Where rows are that hold sealed secrets, in SQL: `rowId` and `userId` are what each secret is bound to. */
type SealedRows = {
  table: string
  /** All columns that hold one: a secret that was replaced stays bound to the place it was made for. */
  columns: readonly [string, ...string[]]
  rowId: string
  userId: string
  /** Of rows that hold something else in that column, which not. */
  where?: string
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
} as const satisfies Readonly<Record<string, SealedRows>>

export type SealedColumn = keyof typeof SEALED_COLUMNS

export const sealedRows = (): [SealedColumn, SealedRows][] =>
  Object.entries(SEALED_COLUMNS).map(([column, rows]) => [column as SealedColumn, rows])
