import type { PerpsEvent } from './perps-event.ts'

export declare function decodeEvent(data: Uint8Array): PerpsEvent | null
