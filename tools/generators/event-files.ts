import { pascalCase } from './made.ts'

export interface EventWords {
  /** What a reader of the catalogue learns from it. */
  readonly sentence: string
  /** The property that holds the aggregate's id. */
  readonly id: string
  /** When and where it is published, a sentence. */
  readonly published: string
  /** Texts that it carries besides the id: what each says, and a value as usual. */
  readonly texts?: Readonly<Record<string, { readonly says: string, readonly usual: string }>>
}

/** The files of a new event's room, `v1`, by their names in it. */
export function eventFiles(context: string, past: string, words: EventWords): Record<string, string> {
  const { sentence, id, published, texts = {} } = words
  const type = `${context}.${past}.v1`
  const usual = { [id]: '019b0000-0000-7000-8000-00000000e001', ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.usual])) }
  return {
    'schema.json': json(schemaOf(context, past, words)),
    'samples/valid-as-usual.json': json(usual),
    [`samples/invalid-no-${context}.json`]: json({}),
    'samples/invalid-unknown-property.json': json({ ...usual, surprise: true }),
    'README.md': `# ${type}\n\n${sentence}\n\n${published}\n\nA consumer may rely on this:\n- Order is kept per \`${id}\`.\n`,
  }
}

function schemaOf(context: string, past: string, { sentence, id, texts = {} }: EventWords): object {
  const properties = Object.entries(texts).map(([name, { says }]) => [name, { type: 'string', minLength: 1, maxLength: 200, description: says }])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://contracts.prep.dev/${context}/${context}-${past}/v1`,
    title: pascalCase(`${context}-${past}`),
    description: sentence,
    'x-message': { type: `${context}.${past}.v1`, kind: 'event' },
    type: 'object',
    additionalProperties: false,
    required: [id, ...Object.keys(texts)],
    properties: { [id]: { type: 'string', format: 'uuid', description: "What this message is about; also the envelope's `subject`. UUIDv7." }, ...Object.fromEntries(properties) as object },
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
