export type CsvRow = Readonly<Record<string, string | number | boolean | null>>

/** Rows as CSV (RFC 4180), one column per key of the first row. Times (keys `at` or ending in `At`) become UTC text. */
export function toCsv(rows: readonly CsvRow[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const lines = rows.map((row) => columns.map((column) => cell(column, row[column])).join(','))
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`
}

function cell(column: string, value: CsvRow[string] | undefined): string {
  if (value === null || value === undefined) return ''
  const isTime = typeof value === 'number' && (column === 'at' || column.endsWith('At'))
  const text = isTime ? new Date(value).toISOString() : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
