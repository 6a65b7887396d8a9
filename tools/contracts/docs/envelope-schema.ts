const text = (description: string, more: object = {}): object => ({ type: 'string', description, ...more })

/** The envelope that every message has: a CloudEvent 1.0 with Prep's extensions, as libs/messaging writes it. */
export const ENVELOPE = {
  type: 'object',
  description: 'CloudEvents 1.0, structured JSON, with extensions of Prep. Consumers allow attributes that they do not know.',
  required: ['specversion', 'id', 'type', 'source', 'subject', 'time', 'datacontenttype', 'dataschema', 'partitionkey', 'correlationid', 'tenantid', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: text('The one identity of the message: UUIDv7.', { format: 'uuid' }),
    type: text('Name and version of the contract.'),
    source: text('The service that published it: `/prep/<service>`.'),
    subject: text('The aggregate that it is about.'),
    time: text('When it was published. RFC 3339 in UTC.', { format: 'date-time' }),
    datacontenttype: { const: 'application/json' },
    dataschema: text('Address of the contract.', { format: 'uri' }),
    partitionkey: text('Messages with the same key on the same topic stay in order.'),
    sequence: text('Version of the aggregate, zero-padded to 12 digits.'),
    correlationid: text('Shared by all that one request set off.'),
    causationid: text('Id of the message or request that caused this one; of an answer, the id of the command.'),
    tenantid: text('The tenant that it belongs to.'),
    deadline: text('Commands: the moment after which the receiver should refuse. RFC 3339 in UTC.', { format: 'date-time' }),
    sagastep: text('Commands: the step of the saga that sent it.'),
    traceparent: text('W3C trace context.'),
    traceid: text('The same again, because Dapr overwrites `traceparent` without it.'),
    data: { description: 'What the contract says.' },
  },
} as const
