/** Helm's refusal in one sentence: which value is wrong and why, without the path through the templates. */
export function whyHelmRefused(output: string): string {
  const wrong = [...output.matchAll(/^- at '([^']*)': (.+)$/gm)].map(([, path = '', why]) => `${path === '' ? 'the values' : path.slice(1).replaceAll('/', '.')}: ${why}`)
  if (wrong.length > 0) return `${wrong.join('; ')}.`
  const failed = /execution error at \([^)]*\): ([^\n]+)/.exec(output)?.[1]
  if (failed !== undefined) return failed
  const line = output.split('\n').find((text) => text.startsWith('Error: ')) ?? output.trim().split('\n').at(-1) ?? ''
  return line.replace(/^Error: /, '').replace(/^.*error calling \w+: /, '')
}
