/** Identity of an inbox row as one string. */
export function rowKey(consumer: string, eventId: string): string {
  return `${eventId} ${consumer}`
}
