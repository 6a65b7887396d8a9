export interface StreamProgressQuery {
  /** False: the list so far instead of a stream. */
  follow: boolean
}

export const streamProgressSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { follow: { type: 'boolean', default: true } },
}
