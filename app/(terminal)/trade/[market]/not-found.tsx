export { UnknownMarket as default } from '../UnknownMarket.tsx'
