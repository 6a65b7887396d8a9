/** One SMTP conversation, line by line; it knows no socket. */

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** Headers and body as they came, without dot-stuffing, lines ended by CRLF. */
  readonly raw: string
}

export interface SmtpHost {
  /** The reply that refuses a recipient, without its line end; undefined when mail for it is taken. */
  refusalOf(address: string): string | undefined
  take(mail: ReceivedMail): void
}

const OK = '250 2.0.0 Ok\r\n'

export class SmtpSession {
  readonly greeting = '220 127.0.0.1 ESMTP Prep sandbox\r\n'
  ended = false
  readonly #host: SmtpHost
  #from: string | undefined
  #to: string[] = []
  /** Lines of the mail that is coming in; undefined between mails. */
  #data: string[] | undefined

  constructor(host: SmtpHost) {
    this.#host = host
  }

  /** Takes one line without its line end; gives the reply with its own, or undefined inside a mail. */
  line(line: string): string | undefined {
    if (this.#data) return this.#dataLine(line, this.#data)
    const verb = (/^[a-z]+/i.exec(line)?.[0] ?? '').toUpperCase()
    switch (verb) {
      case 'EHLO':
        return '250-127.0.0.1\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n'
      case 'HELO':
      case 'NOOP':
        return OK
      case 'RSET':
        return this.#reset()
      case 'MAIL':
        return this.#mailFrom(line)
      case 'RCPT':
        return this.#rcptTo(line)
      case 'DATA':
        return this.#beginData()
      case 'QUIT':
        this.ended = true
        return '221 2.0.0 Bye\r\n'
      default:
        return '502 5.5.1 Command not implemented\r\n'
    }
  }

  #mailFrom(line: string): string {
    if (this.#from !== undefined) return '503 5.5.1 Sender already given\r\n'
    const from = addressIn(line)
    if (from === undefined) return '501 5.5.4 Syntax: MAIL FROM:<address>\r\n'
    this.#from = from
    return OK
  }

  #rcptTo(line: string): string {
    if (this.#from === undefined) return '503 5.5.1 MAIL first\r\n'
    const to = addressIn(line)
    if (!to) return '501 5.5.4 Syntax: RCPT TO:<address>\r\n'
    const refusal = this.#host.refusalOf(to)
    if (refusal) return `${refusal}\r\n`
    this.#to.push(to)
    return OK
  }

  #beginData(): string {
    if (this.#to.length === 0) return '503 5.5.1 RCPT first\r\n'
    this.#data = []
    return '354 End data with <CR><LF>.<CR><LF>\r\n'
  }

  #dataLine(line: string, data: string[]): string | undefined {
    if (line !== '.') {
      data.push(line.startsWith('.') ? line.slice(1) : line)
      return undefined
    }
    const raw = Buffer.from(`${data.join('\r\n')}\r\n`, 'latin1').toString('utf8')
    this.#host.take({ from: this.#from ?? '', to: this.#to, raw })
    return this.#reset()
  }

  #reset(): string {
    this.#from = undefined
    this.#to = []
    this.#data = undefined
    return OK
  }
}

/** The address between angle brackets; empty for the null sender `<>`. */
function addressIn(line: string): string | undefined {
  return /^\w+ \w+:\s*<([^>]*)>/.exec(line)?.[1]
}
