import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { LAST_MARKET_COOKIE } from '../data/settings.ts'

const FIRST_MARKET = 'SOL-PERP'

/** Opens the market that was open last. */
export default async function Home() {
  const last = (await cookies()).get(LAST_MARKET_COOKIE)?.value
  redirect(`/trade/${last !== undefined && /^[A-Z0-9]{1,12}-PERP$/.test(last) ? last : FIRST_MARKET}`)
}
