import { templateBroken } from './errors.ts'

/** A message as a person reads it. Plain text. */
export interface RenderedText {
  readonly subject: string
  readonly body: string
}

const SUBJECT_LINE = /^Subject: (.+)\r?\n\r?\n/
const PLACEHOLDER = /\{\{(\w*)\}\}/g

/**
 * Puts `values` into a template: a line `Subject: ...`, an empty line, the body, with `{{name}}` where a value goes.
 * Values are taken as they are, but for control characters, which become spaces: a name can end neither the subject
 * nor its line. Throws NOTIFICATION_TEMPLATE_BROKEN.
 */
export function renderTemplate(name: string, template: string, values: Readonly<Record<string, string>>): RenderedText {
  const head = SUBJECT_LINE.exec(template)
  if (!head) throw templateBroken(name, "does not begin with 'Subject: ...' and an empty line")
  const fill = (text: string) => text.replace(PLACEHOLDER, (_, key: string) => valueOf(name, key, values))
  return { subject: fill(head[1]!), body: fill(template.slice(head[0].length)) }
}

function valueOf(name: string, key: string, values: Readonly<Record<string, string>>): string {
  if (!Object.hasOwn(values, key)) throw templateBroken(name, `uses {{${key}}}, which this message does not have`)
  // eslint-disable-next-line no-control-regex -- they are what is meant
  return values[key]!.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ')
}
