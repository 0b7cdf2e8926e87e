import { UnknownMarket } from '../UnknownMarket.tsx'

export default function NotFound() {
  return <UnknownMarket />
}
