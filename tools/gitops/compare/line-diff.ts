/**
 * Two texts as a unified diff, without file names: lines begin with ` `, `-` or `+`, and `@@` stands where lines are left
 * out. Empty when the texts are equal.
 */
export function lineDiff(before: string, after: string, context = 3): string {
  if (before === after) return ''
  const lines = edits(split(before), split(after))
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - context), index + context + 1).some(({ mark }) => mark !== ' '))
  const shown: string[] = []
  for (const [index, { mark, text }] of lines.entries()) {
    if (!near[index]) continue
    if (index > 0 && !near[index - 1]) shown.push('@@')
    shown.push(`${mark}${text}`)
  }
  return `${shown.join('\n')}\n`
}

interface Line { readonly mark: ' ' | '-' | '+', readonly text: string }

/** The shortest way from one list of lines to the other, by their longest common subsequence. */
function edits(before: readonly string[], after: readonly string[]): Line[] {
  const common = commonLengths(before, after)
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ mark: ' ', text: before[i] as string })
      i += 1
      j += 1
    } else if (i < before.length && (j === after.length || at(common, i + 1, j) >= at(common, i, j + 1))) {
      lines.push({ mark: '-', text: before[i++] as string })
    } else {
      lines.push({ mark: '+', text: after[j++] as string })
    }
  }
  return lines
}

/** commonLengths[i][j]: how long the longest common subsequence of before[i..] and after[j..] is. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0))
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = lengths[i] as number[]
      row[j] = before[i] === after[j] ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1))
    }
  }
  return lengths
}

function at(table: readonly (readonly number[])[], row: number, column: number): number {
  return table[row]?.[column] ?? 0
}

function split(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
