import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** Breaks every connection and refuses new ones, as a stopped server does. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

/**
 * Stands between a client and a real server on loopback, so that a test can take that server away from one client.
 * The target is read with each connection: its port may be filled in later.
 */
export async function tcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const server = createServer(client => {
    keep(client)
    if (isCut) return void client.destroy()
    const upstream = connect(target)
    keep(upstream)
    client.pipe(upstream).pipe(client)
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const drop = (): void => sockets.forEach(socket => socket.destroy())
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      isCut = true
      drop()
    },
    mend: () => void (isCut = false),
    close: async () => {
      drop()
      server.close()
      await once(server, 'close')
    },
  }
}
