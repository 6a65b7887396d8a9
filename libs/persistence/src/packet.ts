import { type PoolClient } from 'pg'

/** The socket under a client; pg does not name it in its types. */
interface Corkable {
  connection?: { stream?: { cork?(): void; uncork?(): void; destroy?(): void } }
}

const corked = new WeakSet<PoolClient>()

/** What is sent over a connection in this turn of the event loop leaves in one packet: the server wakes once for all of it. */
export function inOnePacket(client: PoolClient): void {
  const stream = (client as unknown as Corkable).connection?.stream
  if (!stream?.cork || corked.has(client)) return
  corked.add(client)
  stream.cork()
  process.nextTick(() => {
    corked.delete(client)
    stream.uncork?.()
  })
}

/** Ends a connection without waiting for the queries on it. */
export function destroyConnection(client: PoolClient): void {
  ;(client as unknown as Corkable).connection?.stream?.destroy?.()
}
