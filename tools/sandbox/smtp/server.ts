/** A mail server on loopback that speaks SMTP (RFC 5321) and keeps what it is given instead of delivering it. */
import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { type ReceivedMail, SmtpSession } from './session.ts'

export type { ReceivedMail } from './session.ts'

export interface SmtpSandbox {
  /** `smtp://127.0.0.1:<port>` */
  readonly url: string
  readonly port: number
  /** Mail taken over so far, oldest first. */
  readonly mails: readonly ReceivedMail[]
  /** From now on answers `reply`, for example `550 5.1.1 No such mailbox`, to mail for this address. */
  refuse(address: string, reply: string): void
  /** Ends the server and every connection. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1; `port` 0 takes a free one. Rejects with the listener's own error when the port is taken. */
export async function startSmtpSandbox({ port = 0 }: { port?: number } = {}): Promise<SmtpSandbox> {
  const mails: ReceivedMail[] = []
  const refused = new Map<string, string>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, new SmtpSession({ refusalOf: (address) => refused.get(address), take: (mail) => mails.push(mail) }))
  })
  const taken = await listen(server, port)
  return {
    url: `smtp://127.0.0.1:${taken}`,
    port: taken,
    mails,
    refuse: (address, reply) => void refused.set(address, reply),
    close: () => closeAll(server, sockets),
  }
}

function serve(socket: Socket, session: SmtpSession): void {
  let rest = ''
  socket.setEncoding('latin1')
  // A client may leave at any moment; that ends its session and nothing else.
  socket.on('error', () => socket.destroy())
  socket.write(session.greeting)
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop() ?? ''
    const replies = lines.map((line) => session.line(line)).filter((reply) => reply !== undefined)
    if (replies.length > 0) socket.write(replies.join(''))
    if (session.ended) socket.end()
  })
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function closeAll(server: Server, sockets: Set<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}
