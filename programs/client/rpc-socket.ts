import type { Connection } from '@solana/web3.js'

/** The part of web3.js's own WebSocket client that it keeps to itself and that we must reach. */
type RpcSocket = {
  call(...request: unknown[]): Promise<unknown>
  underlyingSocket: { readonly readyState: number } | undefined
  setAutoReconnect(on: boolean): void
  close(): void
}

const WHILE_CLOSED_MS = 100

function socketOf(connection: Connection): RpcSocket {
  return Reflect.get(connection, '_rpcWebSocket') as RpcSocket
}

/**
 * Makes a call wait while the socket is not open. web3.js subscribes again at once, in the same turn of the event loop,
 * while a socket that has just closed refuses every call until a later turn: without a pause that turn never comes, and
 * the process spins until its memory is gone. Over an open socket the promise is web3.js's own: one resolved a turn
 * later would lose the push that follows the answer at its heels.
 */
export function pauseWhileClosed(connection: Connection): void {
  const socket = socketOf(connection)
  const call = socket.call.bind(socket)
  socket.call = (...request) =>
    socket.underlyingSocket?.readyState === WebSocket.OPEN
      ? call(...request)
      : new Promise((resolve) => setTimeout(resolve, WHILE_CLOSED_MS)).then(() => call(...request))
}

/** web3.js cannot be closed: its socket would try for ever to reach a chain that is gone. */
export function closeSocket(connection: Connection): void {
  const socket = socketOf(connection)
  socket.setAutoReconnect(false)
  socket.close()
}
