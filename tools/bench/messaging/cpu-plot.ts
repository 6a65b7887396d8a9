import type { ScenarioResult } from './measure-scenario.ts'

const [labelWidth, width, barHeight, gap] = [360, 560, 20, 10]
const colours = ['#4e79a7', '#f28e2b', '#59a14f', '#e15759', '#b07aa1', '#76b7b2']

/** An SVG with one bar a scenario: CPU an event in microseconds, stacked by process. */
export function cpuPlot(results: readonly ScenarioResult[]): string {
  const parts = results[0]?.cpuUs.map(({ part }) => part) ?? []
  const most = Math.max(...results.map(({ cpuUs }) => cpuUs.reduce((sum, { us }) => sum + us, 0)))
  const scale = width / most
  const bars = results.map((result, i) => bar(result, 30 + i * (barHeight + gap), scale))
  const legend = parts.map((part, i) => `<rect x="${labelWidth + i * 110}" y="6" width="10" height="10" fill="${colourOf(i)}"/><text x="${labelWidth + 14 + i * 110}" y="15">${part}</text>`)
  const height = 30 + results.length * (barHeight + gap)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${labelWidth + width + 80}" height="${height}" font-family="sans-serif" font-size="12">\n${[...legend, ...bars].join('\n')}\n</svg>\n`
}

function bar({ scenario, cpuUs }: ScenarioResult, y: number, scale: number): string {
  let x = labelWidth
  const pieces = cpuUs.map(({ us }, i) => {
    const piece = `<rect x="${x.toFixed(1)}" y="${y}" width="${(us * scale).toFixed(1)}" height="${barHeight}" fill="${colourOf(i)}"/>`
    x += us * scale
    return piece
  })
  const total = Math.round(cpuUs.reduce((sum, { us }) => sum + us, 0))
  const text = y + barHeight - 6
  return [`<text x="${labelWidth - 8}" y="${text}" text-anchor="end">${scenario.title}</text>`, ...pieces, `<text x="${(x + 4).toFixed(1)}" y="${text}">${total} us</text>`].join('')
}

function colourOf(index: number): string {
  return colours[index % colours.length] as string
}
