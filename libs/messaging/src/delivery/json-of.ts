/** Text that stands for itself among the values still to be written. */
class Literal {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** JSON of anything that JSON.parse gave, however deep: JSON.stringify recurses, and a message could exhaust the stack. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return withoutRecursion(value)
    throw error
  }
}

function withoutRecursion(root: unknown): string {
  let json = ''
  const rest: unknown[] = [root]
  while (rest.length > 0) {
    const value = rest.pop()
    if (value instanceof Literal) json += value.text
    else if (Array.isArray(value)) rest.push(...partsOf('[', value.map(item => [item]), ']'))
    else if (typeof value === 'object' && value !== null) {
      const fields = Object.entries(value).filter(([, inner]) => inner !== undefined)
      rest.push(...partsOf('{', fields.map(([key, inner]) => [new Literal(`${JSON.stringify(key)}:`), inner]), '}'))
    } else json += JSON.stringify(value) ?? 'null'
  }
  return json
}

/** Last first, as the stack wants them. */
function partsOf(open: string, groups: unknown[][], close: string): unknown[] {
  const parts = groups.flatMap((group, i) => (i === 0 ? group : [new Literal(','), ...group]))
  return [new Literal(open), ...parts, new Literal(close)].reverse()
}
