/** Where the node listens; web3.js expects the WebSocket one above the RPC port. */
export type RpcPorts = { http: number; ws: number }
