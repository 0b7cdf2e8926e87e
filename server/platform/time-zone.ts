/** Whether it is the name of an IANA time zone, as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    // Offsets like "+02:00" are zones to Intl, but mean the opposite to PostgreSQL.
    return /^[A-Za-z]/.test(name)
  } catch {
    return false
  }
}
