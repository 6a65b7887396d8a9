import { stripVTControlCharacters, styleText } from 'node:util'

/** Columns as wide as their widest cell; colours do not count. */
export function table(titles: readonly string[], rows: readonly string[][]): string {
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => visibleLength(row[column] ?? ''))))
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - visibleLength(cell)))).join('  ').trimEnd()
  return [styleText('dim', line(titles)), ...rows.map(line)].map((text) => `${text}\n`).join('')
}

function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length
}
