import { Controller, Get, Inject, Query } from '@nestjs/common'
import { decodeCursor, JsonQuery, type Page, PAGE_PARAMETERS, pageOf } from '@prep/http'
import { type KeptMessage, MessageRepository } from '../../persistence/message-repository.ts'

interface ListMessagesQuery {
  booking_id?: string
  limit: number
  cursor?: string
}

/** JSON Schema of the query. */
export const listMessagesQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { booking_id: { type: 'string', format: 'uuid' }, ...PAGE_PARAMETERS },
}

/** The messages made, newest first: what a person would have got. On the service's own port only. */
@Controller('api/v1/messages')
export class ListMessagesRoute {
  readonly #messages: MessageRepository

  constructor(@Inject(MessageRepository) messages: MessageRepository) {
    this.#messages = messages
  }

  @Get()
  async list(@Query(JsonQuery(listMessagesQuery)) query: ListMessagesQuery): Promise<Page<object>> {
    const [before] = decodeCursor(query.cursor, ['uuid']) ?? []
    const selection = { bookingId: query.booking_id, before: before as string | undefined, limit: query.limit + 1 }
    return pageOf(await this.#messages.list(selection), query.limit, ({ id }) => [id], toResource)
  }
}

function toResource({ bookingId, createdAt, sentAt, recipient, ...message }: KeptMessage): object {
  return {
    id: message.id,
    booking_id: bookingId,
    kind: message.kind,
    status: message.status,
    to: recipient,
    subject: message.subject,
    body: message.body,
    created_at: createdAt.toISOString(),
    sent_at: sentAt?.toISOString() ?? null,
  }
}
