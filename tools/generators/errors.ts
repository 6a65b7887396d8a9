/** What keeps a generator from writing. README.md has the same table. */
export const generatorErrorCodes = {
  GEN_NAME_INVALID: 'A name is not in the form that its kind has.',
  GEN_EXISTS: 'What was to be written is there already.',
  GEN_CONTEXT_UNKNOWN: 'No bounded context of this name has messages.',
  GEN_SERVICE_UNKNOWN: 'No service of this name handles messages.',
  GEN_MESSAGE_UNKNOWN: 'No contract of this type is known.',
  GEN_UNPUBLISHED: 'Nobody publishes the message, so a handler of it would never run and its service not start.',
  GEN_PLACE_UNKNOWN: 'The file that is to be changed does not look as the generator knows it.',
} as const

export class GeneratorError extends Error {
  override readonly name = 'GeneratorError'
  readonly code: keyof typeof generatorErrorCodes

  constructor(code: keyof typeof generatorErrorCodes, detail: string) {
    super(`${generatorErrorCodes[code]} ${detail}`)
    this.code = code
  }
}
