import { describe, expect, it } from 'vitest'
import { type ReceivedMail, SmtpSession } from './session.ts'

function session(refusals: Record<string, string> = {}) {
  const mails: ReceivedMail[] = []
  const smtp = new SmtpSession({ refusalOf: (address) => refusals[address], take: (mail) => mails.push(mail) })
  return { mails, smtp, say: (...lines: string[]) => lines.map((line) => smtp.line(line)?.slice(0, 3)) }
}

describe('a conversation', () => {
  it('takes a mail, undoes dot-stuffing, and is ready for the next', () => {
    const { mails, smtp, say } = session()
    const mail = ['MAIL FROM:<a@x.org>', 'RCPT TO:<b@y.org>', 'DATA', 'Subject: s', '', '..dots', '.']
    expect(say('EHLO me', ...mail, 'QUIT')).toEqual(['250', '250', '250', '354', ...Array(3), '250', '221'])
    expect(mails).toEqual([{ from: 'a@x.org', to: ['b@y.org'], raw: 'Subject: s\r\n\r\n.dots\r\n' }])
    expect(smtp.ended).toBe(true)
  })

  it('refuses the recipient it was told to, and keeps nothing', () => {
    const { mails, say } = session({ 'gone@y.org': '550 5.1.1 No such mailbox' })
    expect(say('EHLO me', 'MAIL FROM:<a@x.org>', 'RCPT TO:<gone@y.org>', 'DATA')).toEqual(['250', '250', '550', '503'])
    expect(mails).toEqual([])
  })

  it('holds to the order of the commands', () => {
    const { say } = session()
    expect(say('RCPT TO:<b@y.org>', 'DATA', 'MAIL FROM:nobody', 'WHAT')).toEqual(['503', '503', '501', '502'])
    expect(say('MAIL FROM:<a@x.org>', 'MAIL FROM:<a@x.org>', 'RSET', 'MAIL FROM:<a@x.org>')).toEqual([
      '250',
      '503',
      '250',
      '250',
    ])
  })
})
