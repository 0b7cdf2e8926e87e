import type { Connection } from '@solana/web3.js'

/** The part of web3.js's own WebSocket client that it keeps to itself and that we must reach. */
type RpcSocket = {
  call(...request: unknown[]): Promise<unknown>
  setAutoReconnect(on: boolean): void
  close(): void
}

const AFTER_REFUSAL_MS = 100

function socketOf(connection: Connection): RpcSocket {
  return Reflect.get(connection, '_rpcWebSocket') as RpcSocket
}

/**
 * Makes a refused subscription wait before web3.js hears of it. web3.js subscribes again at once, in the same turn of the
 * event loop, while a socket that has just closed refuses every call until a later turn: without a pause that turn never
 * comes, and the process spins until its memory is gone.
 */
export function pauseAfterRefusals(connection: Connection): void {
  const socket = socketOf(connection)
  const call = socket.call.bind(socket)
  socket.call = async (...request) => {
    try {
      return await call(...request)
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, AFTER_REFUSAL_MS))
      throw error
    }
  }
}

/** web3.js cannot be closed: its socket would try for ever to reach a chain that is gone. */
export function closeSocket(connection: Connection): void {
  const socket = socketOf(connection)
  socket.setAutoReconnect(false)
  socket.close()
}
